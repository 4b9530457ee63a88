{* What waits to be kept; the rules in the order in which they are checked; one more; templates; what becomes of the rest. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.firewall|escape}</h3></div>
    <div class="panel-body card-body">
        <p>{$tab.text.firewall_help|escape}</p>
        <p role="alert" data-vm="tab.failed" data-vm-if="tab.failed"{if empty($vm.tab.failed)} hidden{/if}>{$vm.tab.failed|default:''|escape}</p>
        <p class="alert alert-warning" data-vm-if="tab.without_effect"{if empty($vm.tab.without_effect)} hidden{/if}>{$tab.text.firewall_without_effect|escape}</p>
        <p role="status" data-vm-if="tab.writing"{if empty($vm.tab.writing)} hidden{/if}>{$tab.text.firewall_writing|escape}</p>
    </div>
</section>
{include file="{$proxmoxkvm.templates}/tab/firewall-foreign.tpl" title=$tab.text.firewall_provider_first list='first'}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.firewall_rules|escape}
        <span class="vm-count" data-vm="tab.count">{$vm.tab.count|default:''|escape}</span></h3></div>
    <div class="panel-body card-body">
        <ol class="list-unstyled vm-names vm-rules" data-vm-list="tab.rules">
            <template>{include file="{$proxmoxkvm.templates}/tab/rule.tpl" one=$tab.blank at=''}</template>
            {foreach $vm.tab.rules|default:[] as $one}
                {include file="{$proxmoxkvm.templates}/tab/rule.tpl" at=$one@index}
            {/foreach}
        </ol>
        <p data-vm-if="tab.is_empty"{if empty($vm.tab.is_empty)} hidden{/if}>{$tab.text.firewall_rules_none|escape}</p>
        <div class="vm-rule-buttons">
        {if isset($tab.do.firewall_rule)}
            <details class="vm-fold">
                <summary class="btn btn-default btn-outline-secondary">{$tab.text.firewall_new|escape}</summary>
                {include file="{$proxmoxkvm.templates}/tab/rule-form.tpl" one=$tab.blank at='new'}
            </details>
        {/if}
        {if isset($tab.do.firewall_template)}
            <details class="vm-fold">
                <summary class="btn btn-default btn-outline-secondary">{$tab.text.firewall_templates|escape}</summary>
                <form method="post" action="clientarea.php?action=productdetails" class="vm-typed" data-vm-can="firewall_template">
                    {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="firewall_template"}
                    <label><input type="radio" name="template" value="web" required> <span>{$tab.text.firewall_template_web|escape}</span></label>
                    <label><input type="radio" name="template" value="mail"> <span>{$tab.text.firewall_template_mail|escape}</span></label>
                    <label><input type="radio" name="template" value="only_me"> <span data-vm="tab.only_me">{$vm.tab.only_me|default:''|escape}</span></label>
                    <label><input type="checkbox" name="anyway" value="1"> <span>{$tab.text.firewall_anyway|escape}</span></label>
                    <label><input type="checkbox" name="sure" value="1" required> <span>{$tab.do.firewall_template.sure|escape}</span></label>
                    <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.do.firewall_template.doing|escape}"
                            {if empty($vm.can.firewall_template)} disabled{/if}>{$tab.do.firewall_template.label|escape}</button>
                </form>
            </details>
        {/if}
        </div>
    </div>
</section>
{include file="{$proxmoxkvm.templates}/tab/firewall-foreign.tpl" title=$tab.text.firewall_provider_last list='last'}
{if isset($tab.do.firewall_policy)}
    <section class="panel panel-default card">
        <div class="panel-heading card-header"><h3>{$tab.text.firewall_policies|escape}</h3></div>
        <div class="panel-body card-body">
            <form method="post" action="clientarea.php?action=productdetails" data-vm-can="firewall_policy" class="vm-rule">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="firewall_policy"}
                {foreach ['policy_in' => $tab.text.firewall_in, 'policy_out' => $tab.text.firewall_out] as $name => $label}
                    <label><span>{$label|escape}</span>
                        <select name="{$name|escape}" class="form-control" data-vm-value="tab.{$name|escape}">
                            {foreach $tab.verdicts as $policy => $word}
                                <option value="{$policy|escape}"{if ($vm.tab.$name|default:'') == $policy} selected{/if}>{$word|escape}</option>
                            {/foreach}
                        </select></label>
                {/foreach}
                <label><input type="checkbox" name="anyway" value="1"> <span>{$tab.text.firewall_anyway|escape}</span></label>
                <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.do.firewall_policy.doing|escape}"
                        {if empty($vm.can.firewall_policy)} disabled{/if}>{$tab.do.firewall_policy.label|escape}</button>
            </form>
        </div>
    </section>
{/if}
{include file="{$proxmoxkvm.templates}/tab/firewall-foreign.tpl" title=$tab.text.firewall_others list='others'}
{* On a long page it is seen wherever somebody has pressed something. *}
<div class="vm-wait alert alert-warning" data-vm-if="tab.waiting"{if empty($vm.tab.waiting)} hidden{/if}>
    <p data-vm="tab.waiting">{$vm.tab.waiting|default:''|escape}</p>
    {foreach ['firewall_confirm', 'firewall_back'] as $one}
        {if isset($tab.do.$one)}
            <form method="post" action="clientarea.php?action=productdetails" data-vm-can="{$one|escape}">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do=$one}
                <button type="submit" class="btn {if $one == 'firewall_confirm'}btn-primary{else}btn-default btn-outline-secondary{/if}" data-doing="{$tab.do.$one.doing|escape}"
                        {if empty($vm.can.$one)} disabled{/if}>{$tab.do.$one.label|escape}</button>
            </form>
        {/if}
    {/foreach}
</div>
