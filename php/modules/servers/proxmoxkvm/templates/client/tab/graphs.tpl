{* Drawn by assets/graphs.js. Without the script the buttons ask for a table; the file of values is one either way. *}
<section class="panel panel-default card vm-graphs" data-plan="{$tab.plan|escape}" data-frame="{$tab.open|escape}"
         data-summary="{$tab.text.graph_summary|escape}" data-none="{$tab.text.graphs_none|escape}"
         data-highest="{$tab.text.graph_highest|escape}">
    <div class="panel-heading card-header"><h3>{$tab.text.graphs|escape}</h3></div>
    <div class="panel-body card-body">
        <form method="post" action="clientarea.php?action=productdetails" class="vm-plain vm-end">
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientUsage" do=""}
            <span class="btn-group" role="group" aria-label="{$tab.text.graphs|escape}">
                {foreach $tab.frames as $frame}
                    <button type="submit" name="timeframe" value="{$frame.name|escape}"
                            class="btn btn-default btn-outline-secondary{if $frame.open} active{/if}"
                            aria-pressed="{if $frame.open}true{else}false{/if}">{$frame.label|escape}</button>
                {/foreach}
            </span>
            <button type="submit" name="csv" value="{$tab.open|escape}"
                    class="btn btn-default btn-outline-secondary">{$tab.text.graph_csv|escape}</button>
        </form>
        <div class="vm-drawn"></div>
        <p class="vm-undrawn" role="status" hidden></p>
        <details class="vm-points"{if $tab.rows} open{/if}>
            <summary>{$tab.text.graph_table|escape}</summary>
            <div class="vm-scroll" tabindex="0" role="region" aria-label="{$tab.text.graph_table|escape}">
                <table class="table table-sm table-condensed">
                    <thead>
                        <tr>
                            <th scope="col">{$tab.text.graph_time|escape}</th>
                            {foreach $tab.columns as $column}
                                <th scope="col">{$column|escape}</th>
                            {/foreach}
                        </tr>
                    </thead>
                    <tbody>
                        {foreach $tab.rows as $row}
                            <tr>
                                <th scope="row">{$row.at|escape}</th>
                                {foreach $row.cells as $cell}
                                    <td>{$cell|escape}</td>
                                {/foreach}
                            </tr>
                        {/foreach}
                    </tbody>
                </table>
            </div>
        </details>
    </div>
</section>
