{* Links, each to a page of its own: they work without the script, in a new window and in a mail. *}
<nav class="vm-tabs" aria-label="{$proxmoxkvm.text.tabs|escape}">
    <ul class="nav nav-tabs">
        {foreach $proxmoxkvm.tabs as $link}
            <li class="nav-item{if $link.open} active{/if}">
                <a class="nav-link{if $link.open} active{/if}" href="{$link.url|escape}"
                   {if $link.open}aria-current="page"{/if}>{$link.label|escape}</a>
            </li>
        {/foreach}
    </ul>
</nav>
