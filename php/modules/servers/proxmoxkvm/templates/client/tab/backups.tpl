{* Make one; and each that there is, with its note and its protection. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.backups|escape}
        <span class="vm-count" data-vm="tab.count">{$vm.tab.count|default:''|escape}</span></h3></div>
    <div class="panel-body card-body">
        <p>{$tab.text.backups_help|escape}</p>
        <p data-vm-if="tab.stops"{if empty($vm.tab.stops)} hidden{/if}>{$tab.text.backups_stops|escape}</p>
        <p data-vm="tab.used" data-vm-if="tab.used"{if empty($vm.tab.used)} hidden{/if}>{$vm.tab.used|default:''|escape}</p>
        <p data-vm="tab.is_full" data-vm-if="tab.is_full"{if empty($vm.tab.is_full)} hidden{/if}>{$vm.tab.is_full|default:''|escape}</p>
        <p role="alert" data-vm="tab.missed" data-vm-if="tab.missed"{if empty($vm.tab.missed)} hidden{/if}>{$vm.tab.missed|default:''|escape}</p>
        {if $tab.make}
            <form method="post" action="clientarea.php?action=productdetails" data-vm-can="backup_make" class="vm-inline">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="backup_make"}
                <label><span>{$tab.text.backup_label|escape}</span>
                    <input type="text" name="note" value="" maxlength="{$tab.longest|escape}" autocomplete="off" class="form-control"></label>
                <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.make.doing|escape}"
                        {if empty($vm.can.backup_make)} disabled{/if}>{$tab.make.label|escape}</button>
            </form>
        {/if}
    </div>
</section>
{include file="{$proxmoxkvm.templates}/tab/beside.tpl"}
<section class="panel panel-default card">
    <div class="panel-body card-body">
        <p role="alert" data-vm="tab.failed" data-vm-if="tab.failed"{if empty($vm.tab.failed)} hidden{/if}>{$vm.tab.failed|default:''|escape}</p>
        <ul class="list-unstyled vm-names" data-vm-list="tab.rows">
            <template>{include file="{$proxmoxkvm.templates}/tab/backup.tpl" one=['key' => '', 'name' => '', 'own' => true, 'restore' => '-', 'note' => '', 'title' => '', 'marks' => '', 'moment' => '', 'at' => '', 'age' => '', 'size' => '', 'ends' => '', 'protected' => true, 'open' => true] at=''}</template>
            {foreach $vm.tab.rows|default:[] as $one}
                {include file="{$proxmoxkvm.templates}/tab/backup.tpl" at=$one@index}
            {/foreach}
        </ul>
        <p data-vm-if="tab.is_empty"{if empty($vm.tab.is_empty)} hidden{/if}>{$tab.text.backups_none|escape}</p>
    </div>
</section>
{include file="{$proxmoxkvm.templates}/tab/schedule.tpl" do="backup_schedule"}
