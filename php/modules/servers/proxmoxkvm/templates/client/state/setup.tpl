{* Instead of the tabs, until there is a machine. *}
<div class="panel panel-default card">
    <div class="panel-body card-body">
        <ol class="vm-phases" data-vm-list="setup.phases">
            <template>{include file="{$proxmoxkvm.templates}/state/phase.tpl" phase=['label' => '', 'is' => '']}</template>
            {foreach $vm.setup.phases as $phase}
                {include file="{$proxmoxkvm.templates}/state/phase.tpl"}
            {/foreach}
        </ol>
        <progress class="vm-copying" max="100" data-vm-value="setup.percent" value="{$vm.setup.percent|escape}"
                  data-vm-if="setup.is_copying"{if !$vm.setup.is_copying} hidden{/if}
                  aria-label="{$vm.label|escape}"></progress>
        <p data-vm="setup.awaited" data-vm-if="setup.awaited"{if $vm.setup.awaited == ''} hidden{/if}
            >{$vm.setup.awaited|escape}</p>
        <p class="vm-small" data-vm-if="setup.since"{if !$vm.setup.since} hidden{/if}>{$proxmoxkvm.text.setup_so_far|escape}
            <span data-vm-since="setup.since" data-at="{$vm.setup.since|escape}">{$vm.setup.elapsed|escape}</span>
            <span class="vm-line" data-vm="setup.usual" data-vm-if="setup.usual"{if $vm.setup.usual == ''} hidden{/if}
                >{$vm.setup.usual|escape}</span></p>
    </div>
</div>
