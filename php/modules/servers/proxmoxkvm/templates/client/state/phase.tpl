<li data-vm-is="is" data-is="{$phase.is|escape}"{if $phase.is == 'now'} aria-current="step"{/if}
    ><span data-vm="label">{$phase.label|escape}</span></li>
