{* Rules of somebody else: they are seen, and not changed. *}
<section class="panel panel-default card" data-vm-if="tab.{$list|escape}"{if empty($vm.tab.$list)} hidden{/if}>
    <div class="panel-heading card-header"><h3>{$title|escape}</h3></div>
    <div class="panel-body card-body">
        <ul class="list-unstyled vm-names" data-vm-list="tab.{$list|escape}">
            <template>{include file="{$proxmoxkvm.templates}/tab/rule-seen.tpl" one=['title' => '', 'what' => '', 'off' => '', 'line' => '']}</template>
            {foreach $vm.tab.$list|default:[] as $one}
                {include file="{$proxmoxkvm.templates}/tab/rule-seen.tpl"}
            {/foreach}
        </ul>
    </div>
</section>
