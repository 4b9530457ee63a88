{* One form: which system, what is lost, and the name that is typed because of that. Radio buttons, so that it needs no script. *}
<section class="panel panel-default card">
    <div class="panel-heading card-header"><h3>{$tab.text.rebuild|escape}</h3></div>
    <div class="panel-body card-body">
        <form method="post" action="clientarea.php?action=productdetails" data-vm-can="reinstall" class="vm-rebuild">
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientAction" do="reinstall"}
            <p>{$tab.text.rebuild_help|escape}</p>
            {foreach $tab.groups as $group => $systems}
                <fieldset>
                    <legend>{$group|escape}</legend>
                    <div class="vm-gallery">
                        {foreach $systems as $system}
                            <div class="vm-system"{if $system.current} data-is="now"{/if}>
                                <label>
                                    <input type="radio" name="template" value="{$system.template|escape}" required
                                        {if $system.ordered}checked{elseif $system.dearer}disabled{/if}>
                                    <svg class="vm-os-{$system.family|escape}" aria-hidden="true" focusable="false"
                                        ><use href="{$tab.icons|escape}#{$system.family|escape}"></use></svg>
                                    <span>{$system.name|escape}</span>
                                    {if $system.current}<span class="vm-small">{$tab.text.rebuild_current|escape}</span>{/if}
                                    {if !empty($system.cheaper)}<span class="vm-small">*</span>{/if}
                                </label>
                                {if $system.dearer && !$system.ordered}
                                    <a class="vm-small" href="{$tab.upgrade|escape}">{$tab.text.rebuild_upgrade|escape}<span
                                        class="sr-only visually-hidden">: {$system.label|escape}</span></a>
                                {/if}
                            </div>
                        {/foreach}
                    </div>
                </fieldset>
            {/foreach}
            {if !$tab.has_ordered}
                <div class="vm-gallery">
                    <div class="vm-system">
                        <label><input type="radio" name="template" value="ordered" required checked>
                            <svg class="vm-os-other" aria-hidden="true" focusable="false"
                                ><use href="{$tab.icons|escape}#other"></use></svg>
                            <span>{$tab.text.rebuild_ordered|escape}</span></label>
                    </div>
                </div>
            {/if}
            {if $tab.has_dearer}<p class="vm-small">{$tab.text.rebuild_price|escape}</p>{/if}
            {if $tab.applications}
                <fieldset>
                    <legend>{$tab.text.rebuild_application|escape}</legend>
                    <p class="vm-small">{$tab.text.rebuild_application_help|escape}</p>
                    {foreach $tab.applications as $application}
                        <label class="vm-day"><input type="radio" name="application" value="{$application.name|escape}"{if $application.current} checked{/if}>
                            <span>{$application.label|escape}</span></label>
                    {/foreach}
                </fieldset>
            {/if}
            {if $tab.keys}
                <fieldset>
                    <legend>{$tab.text.rebuild_keys|escape}</legend>
                    <p class="vm-small">{$tab.text.rebuild_keys_help|escape}</p>
                    <input type="hidden" name="ssh_keys[]" value="none">
                    {foreach $tab.keys as $key}
                        <label class="vm-day"><input type="checkbox" name="ssh_keys[]" value="{$key.fingerprint|escape}"{if $key.chosen} checked{/if}>
                            <span>{$key.name|escape} <span class="vm-small">{$key.kind|escape}</span></span></label>
                    {/foreach}
                </fieldset>
            {/if}
            {if $tab.user_data}
                <fieldset>
                    <legend>{$tab.text.rebuild_user_data|escape}</legend>
                    <p class="vm-small" id="vm-user-data">{$tab.text.rebuild_user_data_help|escape}</p>
                    <textarea name="user_data" rows="6" maxlength="{$tab.longest|escape}" class="form-control" dir="ltr" translate="no"
                        autocomplete="off" autocapitalize="none" spellcheck="false"
                        aria-label="{$tab.text.rebuild_user_data|escape}" aria-describedby="vm-user-data"></textarea>
                </fieldset>
            {/if}
            {if $tab.password}
                <fieldset>
                    <legend>{$tab.text.rebuild_password|escape}</legend>
                    <label class="vm-day"><input type="checkbox" name="new_password" value="1">
                        <span>{$tab.text.rebuild_password_new|escape}</span></label>
                    <p class="vm-small">{$tab.text.rebuild_password_help|escape}</p>
                </fieldset>
            {/if}
            <p>{$tab.text.rebuild_keeps|escape}</p>
            {if $tab.has_cheaper}<p>* {$tab.text.rebuild_cheaper|escape}</p>{/if}
            <p data-vm="tab.first" data-vm-if="tab.first"{if empty($vm.tab.first)} hidden{/if}>{$vm.tab.first|default:''|escape}</p>
            <p class="vm-lost"><strong data-vm="tab.lost">{$vm.tab.lost|escape}</strong></p>
            <label class="vm-type"><span>{$tab.text.rebuild_type|escape}</span> <bdi translate="no">{$vm.title|escape}</bdi>
                <input type="text" name="typed" maxlength="253" autocomplete="off" autocapitalize="none"
                       spellcheck="false" class="form-control" required></label>
            <button type="submit" class="btn btn-default btn-outline-secondary vm-danger"
                    data-doing="{$tab.button.doing|default:''|escape}" data-sure=""
                    {if empty($vm.can.reinstall)} disabled{/if}>{$tab.text.rebuild|escape}</button>
        </form>
    </div>
</section>
