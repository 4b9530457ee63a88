{* How far it is, and what came of a button. *}
<p data-vm="hint" role="status">{$vm.hint|escape}</p>
<div data-vm="progress"{if !$vm.progress} hidden{/if}>
    <div class="progress">
        <div class="progress-bar progress-bar-striped active progress-bar-animated" role="progressbar"
             data-vm="bar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{$vm.percent|escape}"></div>
    </div>
    <p class="text-muted small" data-vm="step">{$vm.step|escape}</p>
</div>
<div class="alert" data-vm="message" role="alert" hidden></div>
