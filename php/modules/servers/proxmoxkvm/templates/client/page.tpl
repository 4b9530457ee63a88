{* The client's page of a service. For Smarty 3 and 4, and for themes with Bootstrap 3 and 4. *}
{* WHMCS shows it in clientarea.php, in whatever folder that is: forms, script and style are named as its own templates do. *}
{assign var="vm" value=$proxmoxkvm.view}
<link rel="stylesheet" href="{$proxmoxkvm.assets.style|escape}">
<div class="panel panel-default card mb-3" id="proxmoxkvm"
     data-url="clientarea.php?action=productdetails"
     data-service="{$proxmoxkvm.service|escape}"
     data-token="{$proxmoxkvm.token|escape}"
     data-state="{$vm.state|escape}"
     data-refresh="{$vm.refresh|escape}"
     data-lost="{$proxmoxkvm.text.lost|escape}">
    <div class="panel-heading card-header">
        <strong class="card-title">{$proxmoxkvm.text.title|escape}</strong>
        {* Not the class "badge" itself: with Bootstrap 3 it is grey, whatever comes with it. *}
        <span class="label label-{$vm.colour|escape} badge-{$vm.colour|replace:'default':'secondary'|escape}"
              data-vm="label">{$vm.label|escape}</span>
    </div>
    <div class="panel-body card-body text-left">
        {include file="{$proxmoxkvm.templates}/state.tpl"}
        {include file="{$proxmoxkvm.templates}/facts.tpl"}
        {include file="{$proxmoxkvm.templates}/buttons.tpl"}
        {if $proxmoxkvm.reverse}
            {include file="{$proxmoxkvm.templates}/reverse.tpl"}
        {/if}
        {include file="{$proxmoxkvm.templates}/activity.tpl"}
        {if $proxmoxkvm.graphs}
            {include file="{$proxmoxkvm.templates}/graphs.tpl"}
        {/if}
    </div>
</div>
{foreach $proxmoxkvm.assets.scripts as $script}
    <script src="{$script|escape}"></script>
{/foreach}
