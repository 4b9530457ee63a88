{* The last things that the client, or the module, has done. The script keeps it up to date. *}
<div data-vm="activities"{if !$vm.activity} hidden{/if}>
    <strong>{$proxmoxkvm.text.activity|escape}</strong>
    <ul class="list-unstyled small" data-vm="activity">
        {foreach $vm.activity as $one}
            <li>{$one.at|escape} · {$one.what|escape}: {$one.result|escape} · {$one.who|escape}</li>
        {/foreach}
    </ul>
</div>
