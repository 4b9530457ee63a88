{* What is in the drive, and each ISO that can be put there; into rescue mode, or out of it. *}
{if $tab.insert}
    {* In rescue mode the drives are those of the rescue system. *}
    <section class="panel panel-default card" data-vm-if="tab.is_out"{if empty($vm.tab.is_out)} hidden{/if}>
        <div class="panel-heading card-header"><h3>{$tab.text.isos|escape}</h3></div>
        <div class="panel-body card-body">
            <p>{$tab.text.isos_help|escape}</p>
            <p role="alert" data-vm="tab.failed" data-vm-if="tab.failed"{if empty($vm.tab.failed)} hidden{/if}>{$vm.tab.failed|default:''|escape}</p>
            <div class="vm-rule-buttons" data-vm-if="tab.inserted"{if empty($vm.tab.inserted)} hidden{/if}>
                <p>{$tab.text.isos_inserted|escape} <code translate="no" dir="ltr" data-vm="tab.inserted">{$vm.tab.inserted|default:''|escape}</code></p>
                {if $tab.eject}
                    <form method="post" action="clientarea.php?action=productdetails" data-vm-can="iso_eject">
                        {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="iso_eject"}
                        <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.eject.doing|escape}"
                                {if empty($vm.can.iso_eject)} disabled{/if}>{$tab.eject.label|escape}</button>
                    </form>
                {/if}
            </div>
            <p data-vm-if="tab.is_pending"{if empty($vm.tab.is_pending)} hidden{/if}>{$tab.text.isos_pending|escape}</p>
            <p data-vm-if="tab.is_once"{if empty($vm.tab.is_once)} hidden{/if}>{$tab.text.isos_once|escape}</p>
            <p data-vm-if="tab.is_uefi"{if empty($vm.tab.is_uefi)} hidden{/if}>{$tab.text.rescue_uefi|escape}</p>
            <ul class="list-unstyled vm-names" data-vm-list="tab.rows">
                <template>{include file="{$proxmoxkvm.templates}/tab/iso.tpl" one=['volume' => '', 'file' => '', 'size' => '', 'group' => ''] at=''}</template>
                {foreach $vm.tab.rows|default:[] as $one}
                    {include file="{$proxmoxkvm.templates}/tab/iso.tpl" at=$one@index}
                {/foreach}
            </ul>
            <p data-vm-if="tab.is_empty"{if empty($vm.tab.is_empty)} hidden{/if}>{$tab.text.isos_none|escape}</p>
        </div>
    </section>
{/if}
{if $tab.start || $tab.leave}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.rescue|escape}</h3></div>
    <div class="panel-body card-body">
        <p>{$tab.text.rescue_help|escape}</p>
        <div class="vm-below" data-vm-if="tab.is_out"{if empty($vm.tab.is_out)} hidden{/if}>
            <p>{$tab.text.rescue_login_keys|escape} {$tab.text.rescue_login_password|escape}</p>
            {if $tab.start}
                <form method="post" action="clientarea.php?action=productdetails" class="vm-typed" data-vm-can="rescue_start">
                    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="rescue_start"}
                    <label><input type="checkbox" name="sure" value="1" required> <span>{$tab.start.sure|escape}</span></label>
                    <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.start.doing|escape}"
                            {if empty($vm.can.rescue_start)} disabled{/if}>{$tab.start.label|escape}</button>
                </form>
            {/if}
            {if !$tab.insert}<p class="vm-small">{$tab.text.rescue_uefi|escape}</p>{/if}
        </div>
        <div class="vm-below" data-vm-if="tab.since"{if empty($vm.tab.since)} hidden{/if}>
            <p data-vm="tab.since">{$vm.tab.since|default:''|escape}</p>
            {if $tab.leave}
                <form method="post" action="clientarea.php?action=productdetails" data-vm-can="rescue_leave">
                    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="rescue_leave"}
                    <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.leave.doing|escape}"
                            data-sure="{$tab.leave.sure|escape}"
                            {if empty($vm.can.rescue_leave)} disabled{/if}>{$tab.leave.label|escape}</button>
                </form>
            {/if}
        </div>
    </div>
</section>
{/if}
