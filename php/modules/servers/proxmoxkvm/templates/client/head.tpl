{* On every tab: what it is, what it does, and what can be pressed. *}
<div class="panel panel-default card vm-head">
    <div class="panel-body card-body">
        <div class="vm-title">
            <span class="vm-dot" aria-hidden="true"></span>
            <div>
                <h2><bdi data-vm="title">{$vm.title|escape}</bdi></h2>
                <p><strong data-vm="label">{$vm.label|escape}</strong>
                    <span data-vm-since="since" data-at="{$vm.since|escape}">{$vm.elapsed|escape}</span>
                    <span class="vm-line" data-vm="line" data-vm-if="line"{if $vm.line == ''} hidden{/if}>{$vm.line|escape}</span></p>
            </div>
        </div>
        {if $proxmoxkvm.buttons.bar || $proxmoxkvm.buttons.menu || $proxmoxkvm.console}
            <div class="vm-actions" role="group" aria-label="{$proxmoxkvm.text.power|escape}">
                {if $proxmoxkvm.console}
                    <a class="btn btn-default btn-outline-secondary" data-vm-can="console" href="{$proxmoxkvm.console|escape}"
                       target="_blank" rel="noopener"{if empty($vm.can.console)} hidden{/if}>{$proxmoxkvm.text.console|escape}</a>
                {/if}
                {foreach $proxmoxkvm.buttons.bar as $button}
                    {include file="{$proxmoxkvm.templates}/button.tpl"}
                {/foreach}
                {if $proxmoxkvm.buttons.menu}
                    <details class="vm-more"{if $vm.hangs} open{/if}>
                        <summary class="btn btn-default btn-outline-secondary" aria-label="{$proxmoxkvm.text.more|escape}"
                            ><span aria-hidden="true">&#8943;</span></summary>
                        <div class="vm-menu">
                            {foreach $proxmoxkvm.buttons.menu as $button}
                                {include file="{$proxmoxkvm.templates}/button.tpl"}
                            {/foreach}
                        </div>
                    </details>
                {/if}
            </div>
        {/if}
        <p class="vm-hint" data-vm="hint" data-vm-if="hint"{if $vm.hint == ''} hidden{/if}>{$vm.hint|escape}</p>
    </div>
</div>
{* What came of a button. On a phone it stays where it is seen. *}
{if !empty($modulechangepwresult) && !empty($modulechangepasswordmessage)}
    <div class="alert alert-{if $modulechangepwresult == 'success'}success{else}danger{/if}">{$modulechangepasswordmessage|strip_tags}</div>
{/if}
<div class="vm-result{if $proxmoxkvm.done != ''} alert alert-success{/if}">
    <span role="status" class="vm-said">{$proxmoxkvm.done|escape}</span> <span class="vm-elapsed" aria-hidden="true"></span>
</div>
