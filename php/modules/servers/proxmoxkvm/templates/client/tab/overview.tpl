{* How to log in, what it has, what it does. *}
<div class="vm-grid">
    <section class="panel panel-default card vm-wide">
        <div class="panel-heading card-header"><h3>{$tab.text.connect|escape}</h3></div>
        <div class="panel-body card-body">
            <dl class="vm-facts">
                <div data-vm-if="tab.ssh"{if $vm.tab.ssh == ''} hidden{/if}>
                    <dt>SSH</dt>
                    <dd><code translate="no" dir="ltr" data-vm="tab.ssh">{$vm.tab.ssh|escape}</code>
                        {include file="{$proxmoxkvm.templates}/copy.tpl" of="SSH"}</dd>
                </div>
                <div data-vm-if="tab.addresses"{if !$vm.tab.addresses} hidden{/if}>
                    <dt>{$tab.text.addresses|escape}</dt>
                    <dd><ul class="list-unstyled" data-vm-list="tab.addresses">
                        <template>{include file="{$proxmoxkvm.templates}/address.tpl" one=['address' => '', 'name' => '']}</template>
                        {foreach $vm.tab.addresses as $one}
                            {include file="{$proxmoxkvm.templates}/address.tpl"}
                        {/foreach}
                    </ul></dd>
                </div>
                <div data-vm-if="tab.username"{if $vm.tab.username == ''} hidden{/if}>
                    <dt>{$tab.text.username|escape}</dt>
                    <dd><span translate="no" dir="ltr" data-vm="tab.username">{$vm.tab.username|escape}</span></dd>
                </div>
                {if $tab.password}
                    {include file="{$proxmoxkvm.templates}/password.tpl"}
                {else}
                    <div><dt>{$tab.text.password|escape}</dt><dd>{$tab.text.no_password|escape}</dd></div>
                {/if}
            </dl>
        </div>
    </section>
    <section class="panel panel-default card">
        <div class="panel-heading card-header"><h3>{$tab.text.resources|escape}</h3></div>
        <div class="panel-body card-body">
            <dl class="vm-resources">
                {foreach $tab.resources as $resource}
                    <div>
                        <dt>{$resource.label|escape}</dt>
                        <dd>{$resource.value|escape}</dd>
                        {if $resource.live}
                            {assign var="live" value=$resource.live}
                            {assign var="share" value="{$live}_share"}
                            <dd data-vm-if="tab.{$live}"{if $vm.tab.$live == ''} hidden{/if}>
                                <progress max="100" data-vm-value="tab.{$share}" value="{$vm.tab.$share|escape}"
                                          aria-label="{$resource.label|escape}"></progress>
                                <span data-vm="tab.{$live}">{$vm.tab.$live|escape}</span>
                            </dd>
                        {/if}
                    </div>
                {/foreach}
            </dl>
        </div>
    </section>
</div>
{include file="{$proxmoxkvm.templates}/billing.tpl"}
{if $tab.sparks}
    {* Drawn by assets/sparks.js; without it the tab of the graphs is there. *}
    <section class="panel panel-default card vm-sparks" hidden>
        <div class="panel-heading card-header"><h3>{$tab.text.last_hour|escape}</h3></div>
        <div class="panel-body card-body">
            <figure data-fields="cpu" data-unit="percent"><figcaption>{$tab.text.graph_cpu|escape} <b></b></figcaption></figure>
            <figure data-fields="net_in net_out" data-unit="bits"><figcaption>{$tab.text.graph_network|escape} <b></b></figcaption></figure>
            <figure data-fields="disk_read disk_write" data-unit="bytes"><figcaption>{$tab.text.graph_disk|escape} <b></b></figcaption></figure>
        </div>
    </section>
{/if}
{if $tab.screen}
    {* Fetched by assets/screen.js when it is asked for; without it the console is there. *}
    <section class="panel panel-default card vm-screen" data-fetching="{$tab.text.screen_fetching|escape}" hidden>
        <div class="panel-heading card-header"><h3>{$tab.text.screen|escape}</h3></div>
        <div class="panel-body card-body">
            <p>{$tab.text.screen_help|escape}</p>
            <button type="button" class="btn btn-default btn-outline-secondary">{$tab.text.screen_show|escape}</button>
            <p role="status"></p>
            <img alt="{$tab.text.screen|escape}" hidden>
        </div>
    </section>
{/if}
