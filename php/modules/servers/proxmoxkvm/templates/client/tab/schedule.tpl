{* On which days, and in which window, something is done by itself. *}
{if $tab.schedule}
    <section class="panel panel-default card">
        <div class="panel-heading card-header"><h3>{$tab.text.schedule|escape}</h3></div>
        <div class="panel-body card-body">
            <p>{$tab.text.schedule_help|escape}</p>
            <p data-vm="tab.next" data-vm-if="tab.next"{if empty($vm.tab.next)} hidden{/if}>{$vm.tab.next|default:''|escape}</p>
            <form method="post" action="clientarea.php?action=productdetails" data-vm-can="{$do|escape}">
                {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do=$do}
                <fieldset>
                    <legend>{$tab.text.schedule_days|escape}</legend>
                    <div class="vm-days">
                    {foreach $tab.days as $day => $label}
                        <label><input type="checkbox" name="days[]" value="{$day|escape}"{if !empty($tab.chosen.on[$day])} checked{/if}>
                            <span>{$label|escape}</span></label>
                    {/foreach}
                    </div>
                </fieldset>
                <label><span>{$tab.text.schedule_hour|escape}</span>
                    <select name="hour" class="form-control">
                        {foreach $tab.hours as $hour => $label}
                            <option value="{$hour|escape}"{if $tab.chosen.hour == $hour} selected{/if}>{$label|escape}</option>
                        {/foreach}
                    </select></label>
                <button type="submit" class="btn btn-default btn-outline-secondary" data-doing="{$tab.schedule.doing|escape}"
                        {if empty($vm.can.$do)} disabled{/if}>{$tab.schedule.label|escape}</button>
            </form>
        </div>
    </section>
{/if}
