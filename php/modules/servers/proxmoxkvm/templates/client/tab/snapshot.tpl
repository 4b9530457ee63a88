<li data-vm-key="name">
    <div><strong data-vm="title">{$one.title|escape}</strong>
        <span class="vm-line" data-vm="marks" data-vm-if="marks"{if $one.marks == ''} hidden{/if}>{$one.marks|escape}</span></div>
    <div class="vm-small" data-vm-if="at"{if $one.at == ''} hidden{/if}>
        <time data-vm-time="moment" datetime="{$one.moment|escape}">{$one.at|escape}</time>
        <span class="vm-line" data-vm="age">{$one.age|escape}</span>
        <span class="vm-line" data-vm="ends" data-vm-if="ends"{if $one.ends == ''} hidden{/if}>{$one.ends|escape}</span>
        <span class="vm-line"><span translate="no" data-vm="name">{$one.name|escape}</span></span></div>
    <p class="vm-small" data-vm="why" data-vm-if="why"{if $one.why == ''} hidden{/if}>{$one.why|escape}</p>
    <details class="vm-guide" data-vm-if="own"{if !$one.own} hidden{/if}>
        <summary>{$tab.text.snapshot_more|escape}</summary>
        {if $tab.rollback}
            <form method="post" action="clientarea.php?action=productdetails" class="vm-typed" data-vm-can="snapshot_rollback"
                  data-vm-if="back"{if !$one.back} hidden{/if}>
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="snapshot_rollback" number=$at}
                <input type="hidden" name="snapshot" value="{$one.name|escape}" data-vm-value="name">
                <input type="hidden" name="loses" value="{$one.loses|escape}" data-vm-value="loses">
                <p data-vm="lost" data-vm-if="lost"{if $one.lost == ''} hidden{/if}>{$one.lost|escape}</p>
                <label><span>{$tab.rollback.sure|escape}</span>
                    <input type="text" name="typed" maxlength="253" autocomplete="off" autocapitalize="none"
                           spellcheck="false" class="form-control" required></label>
                <button type="submit" class="btn btn-default btn-outline-secondary vm-danger" data-doing="{$tab.rollback.doing|escape}"
                        {if empty($vm.can.snapshot_rollback)} disabled{/if}>{$tab.rollback.label|escape}</button>
            </form>
        {/if}
        {if $tab.delete}
            <form method="post" action="clientarea.php?action=productdetails" class="vm-typed" data-vm-can="snapshot_delete">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="snapshot_delete" number=$at}
                <input type="hidden" name="snapshot" value="{$one.name|escape}" data-vm-value="name">
                <label><input type="checkbox" name="sure" value="1" required> <span>{$tab.delete.sure|escape}</span></label>
                <button type="submit" class="btn btn-default btn-outline-secondary vm-danger" data-doing="{$tab.delete.doing|escape}"
                        {if empty($vm.can.snapshot_delete)} disabled{/if}>{$tab.delete.label|escape}</button>
            </form>
        {/if}
    </details>
</li>
