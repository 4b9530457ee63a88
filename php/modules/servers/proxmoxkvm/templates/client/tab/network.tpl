{* The addresses with a form for the name of each; how further ones are set up; the traffic of a year. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.addresses|escape}</h3></div>
    <div class="panel-body card-body">
        {if $tab.names}<p>{$tab.text.reverse_help|escape}</p>{/if}
        <ul class="list-unstyled vm-names" data-vm-list="tab.addresses">
            <template>{include file="{$proxmoxkvm.templates}/tab/name.tpl" one=['kind' => '', 'address' => '', 'prefix' => '', 'gateway' => '', 'dns' => '', 'name' => ''] at=''}</template>
            {foreach $vm.tab.addresses as $one}
                {include file="{$proxmoxkvm.templates}/tab/name.tpl" at=$one@index}
            {/foreach}
        </ul>
    </div>
</section>
{if $tab.guides}
    <section class="panel panel-default card">
        <div class="panel-heading card-header"><h3>{$tab.text.guide|escape}</h3></div>
        <div class="panel-body card-body">
            <p>{$tab.text.guide_help|escape}</p>
            {foreach $tab.guides as $guide}
                <details class="vm-guide">
                    <summary>{$guide.title|escape}</summary>
                    <div><pre translate="no" dir="ltr" tabindex="0">{$guide.text|escape}</pre>
                        {include file="{$proxmoxkvm.templates}/copy.tpl" of=$guide.title}</div>
                    <p>{$tab.text.guide_run|escape}</p>
                    <div><pre translate="no" dir="ltr" tabindex="0">{$guide.run|escape}</pre>
                        {include file="{$proxmoxkvm.templates}/copy.tpl" of=$tab.text.guide_run}</div>
                </details>
            {/foreach}
        </div>
    </section>
{/if}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.traffic|escape}</h3></div>
    <div class="panel-body card-body">
        <p data-vm="tab.traffic.now">{$vm.tab.traffic.now|escape}</p>
        {if $tab.traffic.has_quota}
            <progress max="100" data-vm-value="tab.traffic.percent" value="{$vm.tab.traffic.percent|escape}"
                      aria-label="{$tab.text.traffic|escape}"></progress>
        {/if}
        {if $tab.traffic.rows}
            <div class="vm-scroll" tabindex="0" role="region" aria-label="{$tab.text.traffic|escape}">
                <table class="table table-sm table-condensed">
                    <thead>
                        <tr>
                            <th scope="col">{$tab.text.traffic_month|escape}</th>
                            <th scope="col">{$tab.text.traffic_in|escape}</th>
                            <th scope="col">{$tab.text.traffic_out|escape}</th>
                            <th scope="col">{$tab.text.traffic_counted|escape}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {foreach $tab.traffic.rows as $row}
                            <tr>
                                <th scope="row">{$row.month|escape}</th>
                                <td>{$row.in|escape}</td>
                                <td>{$row.out|escape}</td>
                                <td>{$row.counted|escape}
                                    <meter min="0" max="100" value="{$row.share|escape}" aria-label="{$row.month|escape}"></meter></td>
                            </tr>
                        {/foreach}
                    </tbody>
                </table>
            </div>
        {else}
            <p>{$tab.text.traffic_none|escape}</p>
        {/if}
    </div>
</section>
