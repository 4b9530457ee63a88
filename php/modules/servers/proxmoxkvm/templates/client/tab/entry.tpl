<li><span data-vm="at">{$one.at|escape}</span> · <span data-vm="what">{$one.what|escape}</span>:
    <span data-vm="result">{$one.result|escape}</span> · <span data-vm="who">{$one.who|escape}</span></li>
