{* Instead of the tabs, where nothing can be done but one thing. *}
<div class="panel panel-default card">
    <div class="panel-body card-body vm-halt">
        <p data-vm="halt.why" data-vm-if="halt.why"{if $vm.halt.why == ''} hidden{/if}>{$vm.halt.why|escape}</p>
        <p><a class="btn btn-primary" href="{$vm.halt.url|escape}">{$vm.halt.button|escape}</a></p>
    </div>
</div>
