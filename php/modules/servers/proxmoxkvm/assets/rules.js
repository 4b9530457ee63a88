/** Rules of the firewall dragged to another place, by mouse or finger. The arrows do the same, without this script too. */
(function () {
    'use strict';
    const page = window.proxmoxkvmPage, list = page && page.box.querySelector('.vm-rules');
    if (!list || !window.PointerEvent) {
        return;
    }
    let drag = null;
    list.classList.add('vm-drags');

    function rows() {
        return Array.from(list.children).filter((child) => child.tagName === 'LI');
    }

    /** The row whose place the dragged one would take. */
    function show(y) {
        const others = rows().filter((row) => row !== drag.row);
        const above = others.filter((row) => {
            const box = row.getBoundingClientRect();
            return box.top + box.height / 2 < y;
        });
        drag.to = above.length + 1;
        rows().forEach((row) => row.removeAttribute('data-drop'));
        if (drag.to !== drag.from) {
            const target = rows()[drag.to - 1];
            target.setAttribute('data-drop', drag.to < drag.from ? 'before' : 'after');
        }
    }

    function end() {
        const ended = drag;
        drag = null;
        rows().forEach((row) => row.removeAttribute('data-drop'));
        ended.row.classList.remove('vm-dragged');
        return ended;
    }

    list.addEventListener('pointerdown', (event) => {
        const grip = event.target.closest('.vm-grip');
        if (grip && event.button === 0 && !drag) {
            event.preventDefault();
            grip.setPointerCapture(event.pointerId);
            const row = grip.closest('li'), from = rows().indexOf(row) + 1;
            drag = {row: row, from: from, to: from};
            row.classList.add('vm-dragged');
        }
    });
    list.addEventListener('pointermove', (event) => drag && show(event.clientY));
    list.addEventListener('pointercancel', () => drag && end());
    list.addEventListener('pointerup', () => {
        const ended = drag && end(), form = ended && ended.row.querySelector('[data-moves]');
        // The list may have been drawn anew meanwhile.
        if (form && list.contains(ended.row) && ended.to !== ended.from) {
            form.elements.to.value = ended.to;
            form.requestSubmit();
            form.elements.to.value = '';
        }
    });
}());
