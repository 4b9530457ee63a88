<li><strong data-vm="what">{$one.what|escape}</strong>: <span data-vm="result">{$one.result|escape}</span>
    <div class="vm-small"><time data-vm-time="moment" datetime="{$one.moment|escape}">{$one.at|escape}</time>
        <span class="vm-line" data-vm="who">{$one.who|escape}</span>
        <span class="vm-line" data-vm="took" data-vm-if="took"{if $one.took == ''} hidden{/if}>{$one.took|escape}</span></div></li>
