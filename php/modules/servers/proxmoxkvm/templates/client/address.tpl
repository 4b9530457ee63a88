<li data-vm-key="address"><span translate="no" dir="ltr" data-vm="address">{$one.address|escape}</span>
    {include file="{$proxmoxkvm.templates}/copy.tpl" of=$tab.text.addresses}
    <span class="vm-small" data-vm="name">{$one.name|escape}</span></li>
