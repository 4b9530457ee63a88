{* The client's page of a service, in the place of WHMCS's own overview. For Smarty 3 and 4, and for themes with Bootstrap 3 and 4. *}
{* WHMCS shows it in clientarea.php, in whatever folder that is: forms, script and style are named as its own templates do. *}
{* data-vm names what the script writes anew: text, data-vm-if: whether it is there, data-vm-list: a row for each. *}
{assign var="vm" value=$proxmoxkvm.view}
{assign var="tab" value=$proxmoxkvm.tab}
<link rel="stylesheet" href="{$proxmoxkvm.assets.style|escape}">
<div id="proxmoxkvm" lang="{$proxmoxkvm.lang|escape}" dir="{$proxmoxkvm.dir|escape}"
     data-url="clientarea.php?action=productdetails"
     data-service="{$proxmoxkvm.service|escape}"
     data-token="{$proxmoxkvm.token|escape}"
     data-open="{$proxmoxkvm.open|escape}"
     data-pane="{$vm.pane|escape}"
     data-tone="{$vm.tone|escape}"
     data-refresh="{$vm.refresh|escape}"
     data-now="{$vm.now|escape}"
     data-seconds="{$proxmoxkvm.text.seconds|escape}"
     data-minutes="{$proxmoxkvm.text.minutes|escape}"
     data-units="{$proxmoxkvm.text.units|escape}"
     data-copied="{$proxmoxkvm.text.copied|escape}"
     data-lost="{$proxmoxkvm.text.lost|escape}">
    {include file="{$proxmoxkvm.templates}/head.tpl"}
    {if $proxmoxkvm.tabs}
        {include file="{$proxmoxkvm.templates}/tabs.tpl"}
        <div class="vm-tab">{include file="{$proxmoxkvm.templates}/tab/{$proxmoxkvm.open}.tpl"}</div>
    {else}
        {if $vm.pane == 'setup'}
            {include file="{$proxmoxkvm.templates}/state/setup.tpl"}
        {elseif isset($vm.halt)}
            {include file="{$proxmoxkvm.templates}/state/halt.tpl"}
        {/if}
        {include file="{$proxmoxkvm.templates}/billing.tpl"}
    {/if}
    {if $proxmoxkvm.translated != ''}<p class="vm-small vm-translated">{$proxmoxkvm.translated|escape}</p>{/if}
</div>
{foreach $proxmoxkvm.assets.scripts as $script}
    <script src="{$script|escape}"></script>
{/foreach}
