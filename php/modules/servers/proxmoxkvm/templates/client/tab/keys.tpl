{* The keys of the client, ticked as this machine has them; giving them to it now; and one more. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.keys|escape}
        <span class="vm-count" data-vm="tab.count">{$vm.tab.count|default:''|escape}</span></h3></div>
    <div class="panel-body card-body">
        <p>{$tab.text.keys_help|escape}</p>
        <p role="alert" data-vm="tab.failed" data-vm-if="tab.failed"{if empty($vm.tab.failed)} hidden{/if}>{$vm.tab.failed|default:''|escape}</p>
        <ul class="list-unstyled vm-names" data-vm-list="tab.rows">
            <template>{include file="{$proxmoxkvm.templates}/tab/key.tpl" one=['fingerprint' => '', 'name' => '', 'kind' => '', 'at' => '', 'chosen' => false] at=''}</template>
            {foreach $vm.tab.rows|default:[] as $one}
                {include file="{$proxmoxkvm.templates}/tab/key.tpl" at=$one@index}
            {/foreach}
        </ul>
        <p data-vm-if="tab.is_empty"{if empty($vm.tab.is_empty)} hidden{/if}>{$tab.text.keys_none|escape}</p>
        {if $tab.choose}
            <form id="vm-keys" method="post" action="clientarea.php?action=productdetails" data-vm-can="ssh_keys_choose"
                  data-vm-if="tab.has_rows"{if empty($vm.tab.has_rows)} hidden{/if}>
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="ssh_keys_choose"}
                {* So that also a list without any tick says something. *}
                <input type="hidden" name="ssh_keys[]" value="none">
                <p class="vm-small">{$tab.text.keys_when|escape}</p>
                <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.choose.doing|escape}"
                        {if empty($vm.can.ssh_keys_choose)} disabled{/if}>{$tab.choose.label|escape}</button>
            </form>
        {/if}
        <p data-vm="tab.state" data-vm-if="tab.state"{if empty($vm.tab.state)} hidden{/if}>{$vm.tab.state|default:''|escape}</p>
        {if $tab.write}
            <details class="vm-guide" data-vm-if="tab.pending"{if empty($vm.tab.pending)} hidden{/if}>
                <summary>{$tab.text.keys_now|escape}</summary>
                <p>{$tab.text.keys_now_help|escape}{if $tab.host_keys} {$tab.text.host_keys|escape}{/if}</p>
                {if $tab.at_once}<p>{$tab.text.keys_at_once|escape}</p>{/if}
                <form method="post" action="clientarea.php?action=productdetails" class="vm-typed" data-vm-can="ssh_keys_write">
                    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="ssh_keys_write"}
                    <label><input type="checkbox" name="sure" value="1" required> <span>{$tab.write.sure|escape}</span></label>
                    <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.write.doing|escape}"
                            {if empty($vm.can.ssh_keys_write)} disabled{/if}>{$tab.write.label|escape}</button>
                </form>
            </details>
        {/if}
    </div>
</section>
{if $tab.add}
    <section class="panel panel-default card">
        <div class="panel-heading card-header"><h3>{$tab.text.key_new|escape}</h3></div>
        <div class="panel-body card-body">
            <p>{$tab.text.key_new_help|escape} <code translate="no" dir="ltr">ssh-keygen -t ed25519</code></p>
            <form method="post" action="clientarea.php?action=productdetails" data-vm-can="ssh_key_add" class="vm-new vm-key"
                  data-private="{$tab.text.key_is_private|escape}" data-made="{$tab.text.key_made|escape}"
                  data-not-made="{$tab.text.key_not_made|escape}">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="ssh_key_add"}
                <label><span>{$tab.text.key_name|escape}</span>
                    <input type="text" name="label" value="" maxlength="{$tab.longest|escape}" autocomplete="off" class="form-control"></label>
                <label><span>{$tab.text.key_line|escape}</span>
                    <textarea name="key" rows="4" autocomplete="off" autocapitalize="none" spellcheck="false" class="form-control"
                              placeholder="ssh-ed25519 AAAA…" required></textarea></label>
                <p class="vm-key-said" role="status" hidden></p>
                <button type="button" class="btn btn-default btn-outline-secondary vm-key-make" hidden>{$tab.text.key_make|escape}</button>
                <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.add.doing|escape}"
                        {if empty($vm.can.ssh_key_add)} disabled{/if}>{$tab.add.label|escape}</button>
            </form>
        </div>
    </section>
{/if}
