{* What each form of the page sends: whose it is, the function of the module that it is for, the action, and the tab. *}
<input type="hidden" name="token" value="{$proxmoxkvm.token|escape}">
<input type="hidden" name="id" value="{$proxmoxkvm.service|escape}">
<input type="hidden" name="modop" value="custom">
<input type="hidden" name="a" value="{$function|escape}">
<input type="hidden" name="vm" value="{$proxmoxkvm.open|escape}">
{* The same form sent twice is one operation. *}
<input type="hidden" name="proxmoxkvm_nonce" value="{$proxmoxkvm.nonce|escape}{$do|default:$function|escape}{$number|default:''|escape}">
{* What is chosen is saved if nobody has chosen something else since. *}
<input type="hidden" name="version" value="{$vm.version|escape}">
{if $do}<input type="hidden" name="do" value="{$do|escape}">{/if}
