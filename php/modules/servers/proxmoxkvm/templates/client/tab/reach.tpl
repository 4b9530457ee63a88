{* One form that needs no script: WHMCS answers it with this page, and the page with what was found. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.reach|escape}</h3></div>
    <div class="panel-body card-body">
        <p>{$tab.text.reach_help|escape}</p>
        <form method="post" action="clientarea.php?action=productdetails" class="vm-plain vm-reach">
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientReach" do=""}
            <label>{$tab.text.reach_port|escape}
                <input type="text" name="port" maxlength="9" autocomplete="off" spellcheck="false" dir="ltr" class="form-control"
                       value="{$tab.found.port|default:''|escape}" aria-describedby="vm-reach-port">
                <span class="vm-small" id="vm-reach-port">{$tab.text.reach_port_help|escape}</span></label>
            <label>{$tab.text.reach_from|escape}
                <input type="text" name="from" maxlength="45" autocomplete="off" spellcheck="false" dir="ltr" class="form-control"
                       value="{$tab.found.from|default:''|escape}" aria-describedby="vm-reach-from">
                <span class="vm-small" id="vm-reach-from">{$tab.text.reach_from_help|escape}</span></label>
            <button type="submit" class="btn btn-primary">{$tab.text.reach_ask|escape}</button>
        </form>
        {if $tab.found}
            <p role="status" class="alert alert-{if $tab.found.health == 'bad'}danger{elseif $tab.found.health == 'good'}success{else}info{/if}">
                {$tab.found.sentence|escape}</p>
            {* The first tab has the picture. *}
            {if $tab.screen && $tab.found.screen}
                <p><a href="{$proxmoxkvm.tabs.0.url|escape}">{$tab.text.reach_screen|escape}</a></p>
            {/if}
            <dl class="vm-found">
                {foreach $tab.found.rows as $row}
                    <div data-is="{$row.health|escape}">
                        <dt>{$row.is|escape}</dt>
                        <dd>{$row.text|escape}</dd>
                    </div>
                {/foreach}
            </dl>
        {/if}
    </div>
</section>
