/**
 * The client's page of a service: looks again by itself, sends its forms, and writes what the module answers into the
 * places that the page has for it. It decides nothing. Loaded where it stands, not deferred: a button that is pressed
 * before would not ask whether one is sure.
 */
(function () {
    'use strict';
    const box = document.getElementById('proxmoxkvm');
    if (!box || !window.fetch || !box.closest) {
        return;
    }
    const data = box.dataset;
    const said = box.querySelector('.vm-said');
    const elapsed = box.querySelector('.vm-elapsed');
    let failures = 0, known = {}, pressed = null, timer = null, seconds = Number(data.refresh) || 30;
    let hung = Boolean(box.querySelector('.vm-more[open]'));
    // Chrome does not know Macedonian and would write it as English: then by numbers alone, with a comma.
    const languages = box.lang ? [box.lang, 'de'] : undefined;
    // How far this clock is ahead of the server's.
    let ahead = Date.now() / 1000 - Number(data.now);

    function value(of, path) {
        return path.split('.').reduce((inner, key) => inner === null || inner === undefined ? inner : inner[key], of);
    }

    function isThere(what) {
        return Array.isArray(what) ? what.length > 0 : Boolean(what);
    }

    /** The elements with an attribute, in a part of the page, that are not in a row of a list within it. */
    function marked(part, attribute) {
        const own = Array.from(part.querySelectorAll('[' + attribute + ']'));
        return (part.hasAttribute(attribute) ? [part] : []).concat(own).filter((element) => {
            const list = element.parentElement.closest('[data-vm-list]');
            return !list || !part.contains(list) || list === part;
        });
    }

    function input(element, text) {
        // What is being typed stays.
        if (element.value === element.defaultValue || element.type === 'hidden') {
            element.value = text;
        }
        element.defaultValue = text;
    }

    function choice(element, word) {
        // What was chosen since stays.
        const was = element.getAttribute('data-was');
        if (was === null || element.value === was) {
            element.value = word;
        }
        element.setAttribute('data-was', word);
    }

    function rows(list, items) {
        const blank = list.querySelector('template').content.firstElementChild;
        const old = Array.from(list.children).filter((child) => child.tagName !== 'TEMPLATE');
        items.forEach((item, index) => {
            const key = blank.getAttribute('data-vm-key');
            let row = old[index];
            if (row && key && row.querySelector('[data-vm="' + key + '"]').textContent !== String(item[key])) {
                row = row.parentNode.replaceChild(blank.cloneNode(true), row) && list.children[index + 1];
            }
            bind(row || list.appendChild(blank.cloneNode(true)), item);
        });
        old.slice(items.length).forEach((row) => row.remove());
    }

    /** Writes what is known into the places of a part of the page. What is not known leaves its place alone. */
    function bind(part, of) {
        const each = (attribute, write) => marked(part, attribute).forEach((element) => {
            const found = value(of, element.getAttribute(attribute));
            if (found !== undefined) {
                write(element, found);
            }
        });
        each('data-vm', (element, text) => {
            if (element.textContent !== String(text)) {
                element.textContent = text;
            }
        });
        each('data-vm-if', (element, what) => {
            element.hidden = !isThere(what);
        });
        each('data-vm-value', (element, number) => {
            const write = {INPUT: input, SELECT: choice}[element.tagName];
            write ? write(element, number) : element.setAttribute('value', number);
        });
        each('data-vm-checked', (element, is) => {
            // What was ticked since stays.
            element.checked = element.checked === element.defaultChecked ? is : element.checked;
            element.defaultChecked = is;
        });
        each('data-vm-is', (element, word) => {
            element.setAttribute('data-is', word);
            word === 'now' ? element.setAttribute('aria-current', 'step') : element.removeAttribute('aria-current');
        });
        each('data-vm-since', (element, at) => {
            element.setAttribute('data-at', at === null ? '' : at);
        });
        each('data-vm-time', (element, at) => {
            element.dateTime = at;
        });
        each('data-vm-list', rows);
        show(part);
    }

    /** What only the script can do. */
    function show(part) {
        part.querySelectorAll('.vm-copy').forEach((button) => {
            button.hidden = false;
        });
        // In the visitor's own time zone.
        part.querySelectorAll('time[datetime]').forEach((element) => {
            const at = new Date(element.dateTime);
            if (!isNaN(at)) {
                element.textContent = at.toLocaleString(languages, {dateStyle: 'medium', timeStyle: 'short'});
            }
        });
    }

    function length(since) {
        const whole = Math.max(0, Math.floor(since));
        return whole < 60 ? data.seconds.replace('{n}', whole) : data.minutes.replace('{n}', Math.floor(whole / 60));
    }

    function tick() {
        box.querySelectorAll('[data-vm-since]').forEach((element) => {
            const at = element.getAttribute('data-at');
            element.textContent = at ? length(Date.now() / 1000 - ahead - Number(at)) : '';
        });
        elapsed.textContent = pressed ? length((Date.now() - pressed.at) / 1000) : '';
    }

    async function ask(name, more) {
        const fields = new URLSearchParams({
            id: data.service,
            token: data.token,
            modop: 'custom',
            a: name,
            vm: data.open,
            proxmoxkvm_json: '1',
            // The same request twice, for whatever reason, is one operation.
            proxmoxkvm_nonce: Date.now().toString(36) + Math.random().toString(36).slice(2)
        });
        // Of what is ticked several times there is a list.
        Object.keys(more).forEach((key) => {
            fields.delete(key);
            [].concat(more[key]).forEach((one) => fields.append(key, one));
        });
        try {
            const abort = new AbortController();
            const end = setTimeout(() => abort.abort(), 90000);
            const answer = await fetch(data.url, {
                method: 'POST',
                body: fields,
                signal: abort.signal,
                credentials: 'same-origin',
                headers: {'X-Requested-With': 'XMLHttpRequest'}
            });
            const json = await answer.json();
            clearTimeout(end);
            return json;
        } catch (notJson) {
            // The login page, or the error page of a proxy, or nothing.
            return null;
        }
    }

    function say(message, kind) {
        said.textContent = message;
        said.parentNode.className = 'vm-result' + (message === '' ? '' : ' alert alert-' + kind);
    }

    function submit(form) {
        return form.querySelector('[type=submit]');
    }

    /** An action that is not possible is not there; but the button that has the focus keeps it. */
    function offer() {
        box.querySelectorAll('a[data-vm-can]').forEach((link) => {
            link.hidden = known[link.getAttribute('data-vm-can')] !== true;
        });
        box.querySelectorAll('form[data-vm-can]').forEach((form) => {
            const can = known[form.getAttribute('data-vm-can')] === true;
            if (form.closest('.vm-actions')) {
                form.hidden = !can && !form.contains(document.activeElement);
            }
            submit(form).toggleAttribute('data-not', !can);
            can && !pressed ? submit(form).removeAttribute('aria-disabled')
                : submit(form).setAttribute('aria-disabled', 'true');
            submit(form).disabled = false;
        });
        const menu = box.querySelector('.vm-more');
        if (menu) {
            menu.hidden = !menu.querySelector('form:not([hidden])');
        }
    }

    /** What is said to be there is seen; whoever has closed it leaves it closed. */
    function open(hangs) {
        const menu = box.querySelector('.vm-more');
        if (menu && hangs && !hung) {
            menu.open = true;
        }
        hung = hangs;
    }

    function draw(view) {
        if (view.pane !== data.pane && view.pane !== 'nothing' && mayReload()) {
            // What is on the page now, it was not drawn with.
            window.location.reload();
            return;
        }
        ahead = Date.now() / 1000 - view.now;
        data.tone = view.tone;
        bind(box, view);
        reads(view.version);
        known = view.can;
        open(view.hangs);
        seconds = view.refresh;
        offer();
        tick();
    }

    function isTouched(field) {
        if (field.tagName === 'SELECT') {
            return field.value !== (field.getAttribute('data-was') || field.value);
        }
        const isTyped = field.tagName === 'INPUT' && field.type !== 'hidden';
        return isTyped && (field.value !== field.defaultValue || field.checked !== field.defaultChecked);
    }

    /** A form is about what the page shows now, but for one in which something was typed about what it has shown before. */
    function reads(version) {
        box.querySelectorAll('[name=version]').forEach((field) => {
            if (field.form.classList.contains('vm-new') || !Array.from(field.form.elements).some(isTouched)) {
                field.value = version;
            }
        });
    }

    /** Two answers that contradict each other for ever do not load the page for ever. */
    function mayReload() {
        const last = 'proxmoxkvm-reload';
        try {
            const isSoon = Date.now() - Number(sessionStorage.getItem(last)) < 10000;
            sessionStorage.setItem(last, Date.now());
            return !isSoon;
        } catch (forbidden) {
            return true;
        }
    }

    function later() {
        clearTimeout(timer);
        timer = setTimeout(refresh, 1000 * seconds * Math.pow(2, failures));
    }

    async function refresh() {
        if (document.hidden || pressed) {
            later();
            return;
        }
        const answer = await ask('ClientStatus', {});
        if (pressed) {
            // A button was pressed meanwhile: its answer is the newer one.
            return;
        }
        if (answer && answer.ok) {
            failures = 0;
            draw(answer.view);
        } else if (++failures > 3) {
            say(answer && answer.message || data.lost, 'danger');
            return;
        }
        later();
    }

    /** The password: it is in no page that can be gone back to. */
    function reveal(form, secret, needsRestart) {
        const place = form.parentNode.querySelector('.vm-secret');
        const restart = form.parentNode.querySelector('.vm-restart');
        if (restart) {
            restart.hidden = !needsRestart;
        }
        place.querySelector('code').textContent = secret;
        place.hidden = secret === '';
        form.hidden = secret !== '';
        if (secret !== '') {
            place.querySelector('.vm-copy').focus();
        }
    }

    async function press(form) {
        const button = submit(form);
        const sure = button.getAttribute('data-sure');
        if (pressed || button.getAttribute('aria-disabled') === 'true' || sure && !window.confirm(sure)) {
            return;
        }
        pressed = {at: Date.now()};
        button.setAttribute('aria-busy', 'true');
        button.focus();
        say(button.getAttribute('data-doing') || '', 'info');
        offer();
        tick();
        const more = {};
        Array.from(form.elements).forEach((field) => {
            // The form's nonce is for browsers without this script: here the page stays, and each press is one of its own.
            const isSent = !['checkbox', 'radio'].includes(field.type) || field.checked;
            if (field.name && isSent && !['token', 'id', 'modop', 'a', 'proxmoxkvm_nonce'].includes(field.name)) {
                more[field.name] = field.name.endsWith('[]') ? (more[field.name] || []).concat(field.value) : field.value;
            }
        });
        const answer = await ask(form.elements.a.value, more);
        pressed = null;
        button.removeAttribute('aria-busy');
        say(answer ? answer.message : data.lost, answer && answer.ok ? 'success' : 'danger');
        if (answer && answer.password !== undefined) {
            reveal(form, answer.password, answer.restart);
        } else if (answer && answer.view.state !== 'unknown') {
            if (answer.ok && form.classList.contains('vm-new')) {
                form.reset();
            } else if (answer.ok) {
                // The core may write what was typed in another way.
                Array.from(form.elements).forEach((field) => {
                    // What was meant once is not meant again; a setting stays as it was saved.
                    const stays = field.type === 'radio' || field.name.endsWith('[]') || field.hasAttribute('data-vm-checked');
                    field.checked = stays && field.checked;
                    field.value = field.name === 'typed' ? '' : field.value;
                    field.defaultValue = field.value;
                });
            }
            draw(answer.view);
            follow(form, answer.ok);
        }
        offer();
        tick();
        later();
    }

    /** What was moved in a list takes the focus along, so that it can be moved on. */
    function follow(form, isMoved) {
        const to = isMoved && form.getAttribute('data-moves'), row = form.closest('li');
        const next = to && (to === 'up' ? row.previousElementSibling : row.nextElementSibling);
        const button = next && next.querySelector('[data-moves=' + to + '] [type=submit]');
        if (button) {
            button.focus();
        }
    }

    async function copy(button) {
        const text = button.parentNode.querySelector('code, [translate=no]').textContent;
        try {
            await navigator.clipboard.writeText(text);
        } catch (forbidden) {
            // Without HTTPS there is no clipboard for pages, but this.
            const field = document.body.appendChild(document.createElement('textarea'));
            field.value = text;
            field.select();
            document.execCommand('copy');
            field.remove();
            button.focus();
        }
        say(data.copied.replace('{what}', () => text.split('\n')[0]), 'success');
    }

    box.addEventListener('submit', (event) => {
        if (event.target.elements.a && !event.target.classList.contains('vm-plain')) {
            event.preventDefault();
            press(event.target);
        }
    });
    box.addEventListener('click', (event) => {
        const button = event.target.closest('.vm-copy');
        if (button) {
            copy(button);
        }
    });
    // The focus has gone: what was kept for it goes too.
    box.addEventListener('focusout', () => setTimeout(offer));
    document.addEventListener('click', (event) => {
        const menu = box.querySelector('.vm-more[open]');
        if (menu && !menu.contains(event.target)) {
            menu.open = false;
        }
    });
    box.addEventListener('keydown', (event) => {
        const menu = event.key === 'Escape' && event.target.closest('.vm-more[open]');
        if (menu) {
            menu.open = false;
            menu.querySelector('summary').focus();
        }
    });
    document.addEventListener('visibilitychange', () => {
        if (!document.hidden && !pressed) {
            clearTimeout(timer);
            refresh();
        }
    });
    box.querySelectorAll('a[data-vm-can]').forEach((link) => {
        known[link.getAttribute('data-vm-can')] = !link.hidden;
    });
    box.querySelectorAll('form[data-vm-can]').forEach((form) => {
        const isOffered = !form.hidden && !submit(form).disabled;
        known[form.getAttribute('data-vm-can')] = isOffered;
    });
    /** On a narrow screen the tabs are wider than it: the open one is seen. */
    function showTab() {
        const tabs = box.querySelector('.vm-tabs'), own = tabs && tabs.querySelector('[aria-current]');
        if (own) {
            const frame = tabs.getBoundingClientRect(), place = own.getBoundingClientRect();
            if (place.left < frame.left || place.right > frame.right) {
                tabs.scrollLeft += place.left - frame.left - (frame.width - place.width) / 2;
            }
        }
    }

    show(box);
    showTab();
    offer();
    tick();
    setInterval(tick, 1000);
    refresh();
    // For the scripts of tabs.
    const units = data.units.split(' ');
    window.proxmoxkvmPage = {
        box: box,
        ask: ask,
        languages: languages,
        units: {memory: units.slice(0, 4), bits: units.slice(4, 7), bytes: units.slice(7)}
    };
}());
