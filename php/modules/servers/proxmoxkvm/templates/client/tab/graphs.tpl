{* Drawn by assets/graphs.js. *}
<section class="panel panel-default card vm-graphs" data-plan="{$tab.plan|escape}"
         data-summary="{$tab.summary|escape}" data-none="{$tab.none|escape}">
    <div class="panel-heading card-header"><h3>{$tab.title|escape}</h3></div>
    <div class="panel-body card-body">
        <div class="btn-group btn-group-sm" role="group" aria-label="{$tab.title|escape}">
            {foreach $tab.frames as $frame}
                <button type="button" class="btn btn-default btn-outline-secondary btn-sm"
                        data-frame="{$frame.name|escape}">{$frame.label|escape}</button>
            {/foreach}
        </div>
        <div class="vm-drawn"></div>
        <p class="vm-undrawn" role="status" hidden></p>
    </div>
</section>
