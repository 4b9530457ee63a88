<li>
    <div><strong data-vm="title">{$one.title|escape}</strong> <span data-vm="what">{$one.what|escape}</span>
        <span class="vm-line" data-vm="off" data-vm-if="off"{if $one.off == ''} hidden{/if}>{$one.off|escape}</span></div>
    <div class="vm-small" translate="no" dir="ltr" data-vm="line">{$one.line|escape}</div>
</li>
