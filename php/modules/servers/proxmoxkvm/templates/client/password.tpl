{* Asked for by a form: without the script WHMCS answers with this page and it. *}
<tr data-vm-row="password"{if !$vm.has_password} hidden{/if}>
    <th scope="row">{$proxmoxkvm.password.title|escape}</th>
    <td>
        <code data-vm="password" translate="no"{if $proxmoxkvm.password.shown == ''} hidden{/if}
            >{$proxmoxkvm.password.shown|escape}</code>
        <form method="post" action="clientarea.php?action=productdetails"
              {if $proxmoxkvm.password.shown != ''} hidden{/if}>
            {include file="{$proxmoxkvm.templates}/form.tpl" function="ClientPassword" do=""}
            <input type="submit" class="btn btn-primary btn-sm" value="{$proxmoxkvm.password.show|escape}">
        </form>
    </td>
</tr>
