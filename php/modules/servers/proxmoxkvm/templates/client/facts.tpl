{* What the machine is and does. *}
<div class="table-responsive">
    <table class="table table-condensed table-sm">
        <tbody>
            {* Filled by the script, which asks Proxmox VE; the page itself waits for nobody. *}
            {foreach ['power', 'cpu', 'memory', 'domain'] as $name}
                <tr data-vm-row="{$name}"{if $vm.$name == ''} hidden{/if}>
                    <th scope="row">{$proxmoxkvm.text.$name|escape}</th>
                    <td data-vm="{$name}">{$vm.$name|escape}</td>
                </tr>
            {/foreach}
            <tr data-vm-row="addresses"{if !$vm.addresses} hidden{/if}>
                <th scope="row">{$proxmoxkvm.text.addresses|escape}</th>
                <td data-vm="addresses">{foreach $vm.addresses as $address}<div>{$address|escape}</div>{/foreach}</td>
            </tr>
            <tr data-vm-row="username"{if $vm.username == ''} hidden{/if}>
                <th scope="row">{$proxmoxkvm.text.username|escape}</th>
                <td data-vm="username">{$vm.username|escape}</td>
            </tr>
            {if $proxmoxkvm.password}
                {include file="{$proxmoxkvm.templates}/password.tpl"}
            {/if}
            {foreach $proxmoxkvm.resources as $resource}
                <tr>
                    <th scope="row">{$resource.label|escape}</th>
                    <td>{$resource.value|escape}</td>
                </tr>
            {/foreach}
        </tbody>
    </table>
</div>
