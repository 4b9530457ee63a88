{* Copies the text before it; the script shows it. *}
<button type="button" class="btn btn-sm btn-default btn-outline-secondary vm-copy" hidden
        aria-label="{$proxmoxkvm.text.copy|escape}: {$of|escape}">{$proxmoxkvm.text.copy|escape}</button>
