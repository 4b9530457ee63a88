<li data-vm-key="key">
    <span hidden data-vm="key">{$one.key|escape}</span>
    <div><strong data-vm="title">{$one.title|escape}</strong>
        <span class="vm-line" data-vm="marks" data-vm-if="marks"{if $one.marks == ''} hidden{/if}>{$one.marks|escape}</span></div>
    <div class="vm-small">
        <time data-vm-time="moment" datetime="{$one.moment|escape}">{$one.at|escape}</time>
        <span class="vm-line" data-vm="age">{$one.age|escape}</span>
        <span class="vm-line" data-vm="size" data-vm-if="size"{if $one.size == ''} hidden{/if}>{$one.size|escape}</span>
        <span class="vm-line" data-vm="ends" data-vm-if="ends"{if $one.ends == ''} hidden{/if}>{$one.ends|escape}</span>
        <span class="vm-line" data-vm-if="name"{if $one.name == ''} hidden{/if}><span translate="no" data-vm="name">{$one.name|escape}</span></span></div>
    <details class="vm-guide" data-vm-if="own"{if !$one.own} hidden{/if}>
        <summary>{$tab.text.backup_more|escape}</summary>
        {if $tab.note}
            <form method="post" action="clientarea.php?action=productdetails" class="vm-inline" data-vm-can="backup_note">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="backup_note" number=$at}
                <input type="hidden" name="backup" value="{$one.name|escape}" data-vm-value="name">
                <label><span>{$tab.text.backup_label|escape}</span>
                    <input type="text" name="note" value="{$one.note|escape}" maxlength="{$tab.longest|escape}" autocomplete="off"
                           data-vm-value="note" class="form-control"></label>
                <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.note.doing|escape}"
                        {if empty($vm.can.backup_note)} disabled{/if}>{$tab.note.label|escape}</button>
            </form>
        {/if}
        {foreach ['protect' => 'open', 'unprotect' => 'protected'] as $what => $if}
            {if $tab.$what}
                <form method="post" action="clientarea.php?action=productdetails" class="vm-inline" data-vm-can="backup_{$what|escape}"
                      data-vm-if="{$if|escape}"{if !$one.$if} hidden{/if}>
                    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="backup_{$what}" number=$at}
                    <input type="hidden" name="backup" value="{$one.name|escape}" data-vm-value="name">
                    <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.$what.doing|escape}"
                            {if empty($vm.can["backup_$what"])} disabled{/if}>{$tab.$what.label|escape}</button>
                </form>
            {/if}
        {/foreach}
        {if $tab.delete}
            <form method="post" action="clientarea.php?action=productdetails" class="vm-typed" data-vm-can="backup_delete"
                  data-vm-if="open"{if !$one.open} hidden{/if}>
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="backup_delete" number=$at}
                <input type="hidden" name="backup" value="{$one.name|escape}" data-vm-value="name">
                <label><input type="checkbox" name="sure" value="1" required> <span>{$tab.delete.sure|escape}</span></label>
                <button type="submit" class="btn btn-default btn-outline-secondary vm-danger" data-doing="{$tab.delete.doing|escape}"
                        {if empty($vm.can.backup_delete)} disabled{/if}>{$tab.delete.label|escape}</button>
            </form>
        {/if}
    </details>
    {if $tab.restore}
        <details class="vm-guide" data-vm-if="restore"{if $one.restore == ''} hidden{/if}>
            <summary>{$tab.restore.label|escape}</summary>
            {if $tab.restore_beside}
                <form method="post" action="clientarea.php?action=productdetails" class="vm-typed" data-vm-can="backup_restore_beside">
                    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="backup_restore_beside" number=$at}
                    <input type="hidden" name="backup" value="{$one.restore|escape}" data-vm-value="restore">
                    <p>{$tab.restore_beside.sure|escape}</p>
                    <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.restore_beside.doing|escape}"
                            {if empty($vm.can.backup_restore_beside)} disabled{/if}>{$tab.restore_beside.label|escape}</button>
                </form>
                <p><strong>{$tab.text.restore_over|escape}</strong></p>
            {/if}
            <form method="post" action="clientarea.php?action=productdetails" class="vm-typed" data-vm-can="backup_restore">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="backup_restore" number=$at}
                <input type="hidden" name="backup" value="{$one.restore|escape}" data-vm-value="restore">
                <label><span>{$tab.restore.sure|escape}</span>
                    <input type="text" name="typed" maxlength="253" autocomplete="off" autocapitalize="none"
                           spellcheck="false" class="form-control" required></label>
                <button type="submit" class="btn btn-default btn-outline-secondary vm-danger" data-doing="{$tab.restore.doing|escape}"
                        {if empty($vm.can.backup_restore)} disabled{/if}>{$tab.restore.label|escape}</button>
            </form>
        </details>
    {/if}
</li>
