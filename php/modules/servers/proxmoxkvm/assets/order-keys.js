/**
 * The keys that a customer has already, on the shop's page of a product: those that are ticked stand in the custom field, one a
 * line, and the field alone is sent. What else was typed there stays.
 */
(function () {
    'use strict';

    function lines(text) {
        return text.split(/\r?\n/).filter((line) => line.trim() !== '');
    }

    /** A comment may be another. */
    function key(line) {
        return line.trim().split(/\s+/).slice(0, 2).join(' ');
    }

    function offer(box) {
        const field = document.querySelector('[name="customfield[' + box.dataset.proxmoxkvmKeys + ']"]');
        if (!field) {
            return;
        }
        const ticks = Array.from(box.querySelectorAll('input'));
        const isLong = field.tagName === 'TEXTAREA';

        function show() {
            const typed = lines(field.value).map(key);
            ticks.forEach((tick) => {
                tick.checked = typed.includes(key(tick.value));
            });
        }

        box.addEventListener('change', (event) => {
            const tick = event.target;
            const others = lines(field.value).filter((line) => key(line) !== key(tick.value));
            // a field of one line has room for one key
            field.value = (tick.checked ? (isLong ? others : []).concat(tick.value) : others).join('\n');
            field.dispatchEvent(new Event('change', {bubbles: true}));
            show();
        });
        field.addEventListener('input', show);
        field.insertAdjacentElement('afterend', box);
        show();
        box.hidden = false;
    }

    document.querySelectorAll('[data-proxmoxkvm-keys]').forEach(offer);
})();
