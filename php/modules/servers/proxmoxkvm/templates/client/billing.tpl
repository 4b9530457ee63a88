{* What WHMCS's own overview shows and this page stands in for. Labels and values are WHMCS's, printed as its themes do. *}
<section class="panel panel-default card vm-billing">
    <div class="panel-heading card-header"><h3>{$proxmoxkvm.text.billing|escape}</h3></div>
    <div class="panel-body card-body">
        <dl class="vm-bill">
            {if !empty($recurringamount) && (empty($billingcycle) || ($billingcycle != $LANG.orderpaymenttermonetime && $billingcycle != $LANG.orderfree))}
                <div><dt>{$LANG.recurringamount}</dt><dd>{$recurringamount}</dd></div>
            {/if}
            {if !empty($firstpaymentamount) && (empty($recurringamount) || $firstpaymentamount != $recurringamount)}
                <div><dt>{$LANG.firstpaymentamount}</dt><dd>{$firstpaymentamount}</dd></div>
            {/if}
            {if !empty($billingcycle)}<div><dt>{$LANG.orderbillingcycle}</dt><dd>{$billingcycle}</dd></div>{/if}
            {if !empty($nextduedate)}<div><dt>{$LANG.clientareahostingnextduedate}</dt><dd>{$nextduedate}</dd></div>{/if}
            {if !empty($paymentmethod)}<div><dt>{$LANG.orderpaymentmethod}</dt><dd>{$paymentmethod}</dd></div>{/if}
            {if !empty($regdate)}<div><dt>{$LANG.clientareahostingregdate}</dt><dd>{$regdate}</dd></div>{/if}
            {if !empty($quantitySupported) && !empty($quantity) && $quantity > 1}
                <div><dt>{$LANG.quantity}</dt><dd>{$quantity}</dd></div>
            {/if}
            {if !empty($ns1) || !empty($ns2)}
                <div><dt>{$LANG.domainnameservers}</dt><dd>{$ns1}<br>{$ns2}</dd></div>
            {/if}
            {if !empty($configurableoptions)}
                {assign var="names" value=$proxmoxkvm.names}
                {foreach $configurableoptions as $option}
                    {* Those of the module in the customer's language; any other as it stands in WHMCS. *}
                    {assign var="choice" value=$names[$option.selectedoption]|default:$option.selectedoption}
                    <div><dt>{$names[$option.optionname]|default:$option.optionname}</dt><dd>{if $option.optiontype == 3}{if $option.selectedqty}{$LANG.yes}{else}{$LANG.no}{/if}{elseif $option.optiontype == 4}{$option.selectedqty} x {$choice}{else}{$choice}{/if}</dd></div>
                {/foreach}
            {/if}
            {if !empty($customfields)}
                {foreach $customfields as $field}
                    <div><dt>{$field.name}</dt><dd>{$field.value}</dd></div>
                {/foreach}
            {/if}
            {if !empty($metricStats)}
                {foreach $metricStats as $metric}
                    <div><dt>{$metric.displayName}</dt><dd>{$metric.currentValue}{if !empty($metric.lowestPrice)} ({$metric.lowestPrice} / {$metric.unitName}){/if}</dd></div>
                {/foreach}
            {/if}
        </dl>
        {if !empty($packagesupgrade) || !empty($showcancelbutton)}
            <p class="vm-end">
                {if !empty($packagesupgrade)}
                    <a class="btn btn-default btn-outline-secondary" href="upgrade.php?type=package&amp;id={$proxmoxkvm.service|escape}">{$LANG.upgrade}</a>
                {/if}
                {if !empty($pendingcancellation)}
                    <span>{$LANG.cancellationrequested}</span>
                {elseif !empty($showcancelbutton)}
                    <a href="clientarea.php?action=cancel&amp;id={$proxmoxkvm.service|escape}">{$LANG.clientareacancelrequestbutton}</a>
                {/if}
            </p>
        {/if}
    </div>
</section>
{if !empty($hookOutput)}
    {foreach $hookOutput as $output}
        <div class="vm-hook">{$output}</div>
    {/foreach}
{/if}
