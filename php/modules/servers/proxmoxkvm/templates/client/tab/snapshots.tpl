{* Take one; each that there is, with what is lost when it is gone back to; and when some are taken by themselves. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.snapshots|escape}
        <span class="vm-count" data-vm="tab.count">{$vm.tab.count|default:''|escape}</span></h3></div>
    <div class="panel-body card-body">
        <p>{$tab.text.snapshots_help|escape}</p>
        <p data-vm-if="tab.ram"{if empty($vm.tab.ram)} hidden{/if}>{$tab.text.snapshots_ram|escape}</p>
        <p data-vm-if="tab.more_disks"{if empty($vm.tab.more_disks)} hidden{/if}>{$tab.text.snapshots_more_disks|escape}</p>
        <p data-vm="tab.impossible" data-vm-if="tab.impossible"{if empty($vm.tab.impossible)} hidden{/if}>{$vm.tab.impossible|default:''|escape}</p>
        <p data-vm="tab.is_full" data-vm-if="tab.is_full"{if empty($vm.tab.is_full)} hidden{/if}>{$vm.tab.is_full|default:''|escape}</p>
        {if $tab.take}
            <form method="post" action="clientarea.php?action=productdetails" data-vm-can="snapshot_take" class="vm-inline">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="snapshot_take"}
                <label><span>{$tab.text.snapshot_name|escape}</span>
                    <input type="text" name="label" value="" maxlength="{$tab.longest|escape}" autocomplete="off" class="form-control"></label>
                <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.take.doing|escape}"
                        {if empty($vm.can.snapshot_take)} disabled{/if}>{$tab.take.label|escape}</button>
            </form>
        {/if}
    </div>
</section>
<section class="panel panel-default card">
    <div class="panel-body card-body">
        <p role="alert" data-vm="tab.failed" data-vm-if="tab.failed"{if empty($vm.tab.failed)} hidden{/if}>{$vm.tab.failed|default:''|escape}</p>
        <ul class="list-unstyled vm-names" data-vm-list="tab.rows">
            <template>{include file="{$proxmoxkvm.templates}/tab/snapshot.tpl" one=['name' => '', 'title' => '', 'marks' => '', 'moment' => '', 'at' => '', 'age' => '', 'ends' => '', 'own' => true, 'back' => true, 'why' => '', 'lost' => '', 'loses' => ''] at=''}</template>
            {foreach $vm.tab.rows|default:[] as $one}
                {include file="{$proxmoxkvm.templates}/tab/snapshot.tpl" at=$one@index}
            {/foreach}
        </ul>
        <p data-vm-if="tab.is_empty"{if empty($vm.tab.is_empty)} hidden{/if}>{$tab.text.snapshots_none|escape}</p>
    </div>
</section>
{include file="{$proxmoxkvm.templates}/tab/schedule.tpl" do="snapshot_schedule"}
