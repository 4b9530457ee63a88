{* Drawn by assets/graphs.js. *}
<div data-vm="graphs" data-plan="{$proxmoxkvm.graphs.plan|escape}"
     data-summary="{$proxmoxkvm.graphs.summary|escape}" data-none="{$proxmoxkvm.graphs.none|escape}">
    <strong>{$proxmoxkvm.graphs.title|escape}</strong>
    <div class="btn-group btn-group-sm" role="group">
        {foreach $proxmoxkvm.graphs.frames as $frame}
            <button type="button" class="btn btn-default btn-outline-secondary btn-sm"
                    data-frame="{$frame.name|escape}">{$frame.label|escape}</button>
        {/foreach}
    </div>
    <div data-vm="drawn"></div>
    <p class="text-muted" data-vm="undrawn" role="status" hidden></p>
</div>
