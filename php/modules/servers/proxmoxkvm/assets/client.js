/**
 * The client's page of a service: looks again by itself, sends its forms, and draws what the module answers. It decides
 * nothing. Loaded where it stands, not deferred: a button that is pressed before would not ask whether one is sure.
 */
(function () {
    'use strict';
    var box = document.getElementById('proxmoxkvm');
    if (!box || !window.XMLHttpRequest) {
        return;
    }
    var failures = 0, known = {}, pressed = false, timer = null, seconds = Number(box.getAttribute('data-refresh')) || 30;

    function part(name) {
        return box.querySelector('[data-vm="' + name + '"]');
    }

    function toggle(element, visible) {
        element.hidden = !visible;
    }

    function ask(name, more, done) {
        var request = new XMLHttpRequest();
        var fields = {
            id: box.getAttribute('data-service'),
            token: box.getAttribute('data-token'),
            modop: 'custom',
            a: name,
            proxmoxkvm_json: '1',
            // The same request twice, for whatever reason, is one operation.
            proxmoxkvm_nonce: Date.now().toString(36) + Math.random().toString(36).slice(2)
        };
        Object.keys(more).forEach(function (key) {
            fields[key] = more[key];
        });
        var body = Object.keys(fields).map(function (key) {
            return key + '=' + encodeURIComponent(fields[key]);
        }).join('&');
        request.open('POST', box.getAttribute('data-url'));
        request.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded');
        request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
        request.timeout = 90000;
        request.onloadend = function () {
            var answer = null;
            try {
                answer = JSON.parse(request.responseText);
            } catch (notJson) {
                // The login page, or the error page of a proxy.
            }
            done(answer);
        };
        request.send(body);
    }

    function say(message, good) {
        var place = part('message');
        place.textContent = message;
        place.className = 'alert alert-' + (good ? 'success' : 'danger');
        toggle(place, message !== '');
        if (message !== '' && place.scrollIntoView) {
            // The button may be a screen below it.
            place.scrollIntoView({block: 'nearest'});
        }
    }

    /** What a form asks for: an action of the service, or a function of the module. */
    function asked(form) {
        return (form.elements['do'] || form.elements.a).value;
    }

    /** @param can action => whether it may be done; null: none may. What is no action is always there. */
    function buttons(can) {
        var forms = box.querySelectorAll('form');
        for (var index = 0; index < forms.length; index++) {
            var isAction = Boolean(forms[index].elements['do']);
            forms[index].querySelector('[type=submit]').disabled = !can || isAction && can[asked(forms[index])] !== true;
        }
    }

    /** @param entries of what was done, the newest first */
    function activity(entries) {
        var list = part('activity');
        list.textContent = '';
        entries.forEach(function (one) {
            list.appendChild(document.createElement('li')).textContent = one.at + ' · ' + one.what + ': ' + one.result
                + ' · ' + one.who;
        });
        toggle(part('activities'), entries.length > 0);
    }

    /** @param names of the addresses, each in a form of its own; what is being typed stays */
    function reverse(names) {
        var place = part('reverse'), title;
        if (!place) {
            return;
        }
        title = place.querySelector('strong').textContent;
        names.forEach(function (one, index) {
            var form = place.querySelectorAll('form')[index]
                || place.appendChild(place.querySelector('form').cloneNode(true));
            var input = form.elements.name, address = form.elements.address;
            if (address.value !== one.address || input.value === input.defaultValue) {
                input.value = one.name;
            }
            input.defaultValue = one.name;
            address.value = one.address;
            form.querySelector('[data-vm=address]').textContent = one.address;
            input.setAttribute('aria-label', title + ': ' + one.address);
        });
        for (var forms = place.querySelectorAll('form'), index = 0; index < forms.length; index++) {
            toggle(forms[index], index < names.length);
        }
        toggle(place, names.length > 0);
    }

    /** @param secret what was asked for, empty where it was refused; it is in no page that can be gone back to */
    function password(secret, form) {
        part('password').textContent = secret;
        toggle(part('password'), secret !== '');
        toggle(form, secret === '');
        later();
    }

    /** As a style of its own, which a Content-Security-Policy allows to a script and forbids to a page. */
    function bar(percent) {
        part('bar').style.width = percent + '%';
        part('bar').setAttribute('aria-valuenow', percent);
    }

    function show(view) {
        if (box.getAttribute('data-state') === 'waiting' && view.state !== 'waiting') {
            // What may be done is known only now, and the page was drawn before.
            window.location.reload();
            return;
        }
        var grey = view.colour === 'default' ? 'secondary' : view.colour;
        part('label').textContent = view.label;
        part('label').className = 'label label-' + view.colour + ' badge-' + grey;
        part('hint').textContent = view.hint;
        toggle(part('progress'), view.progress);
        bar(view.percent);
        part('step').textContent = view.step;
        ['power', 'cpu', 'memory', 'domain', 'username'].forEach(function (name) {
            part(name).textContent = view[name];
            toggle(box.querySelector('[data-vm-row="' + name + '"]'), view[name] !== '');
        });
        var addresses = part('addresses');
        addresses.textContent = '';
        view.addresses.forEach(function (address) {
            addresses.appendChild(document.createElement('div')).textContent = address;
        });
        toggle(box.querySelector('[data-vm-row="addresses"]'), view.addresses.length > 0);
        if (part('password')) {
            toggle(box.querySelector('[data-vm-row="password"]'), view.has_password);
        }
        reverse(view.reverse);
        activity(view.activity);
        known = view.can;
        buttons(pressed ? null : known);
        seconds = view.refresh;
    }

    function later() {
        clearTimeout(timer);
        timer = setTimeout(refresh, 1000 * seconds * Math.pow(2, failures));
    }

    function refresh() {
        if (document.hidden || pressed) {
            later();
            return;
        }
        ask('ClientStatus', {}, function (answer) {
            if (pressed) {
                // A button was pressed meanwhile: its answer is the newer one.
                return;
            }
            if (answer && answer.ok) {
                failures = 0;
                show(answer.view);
            } else if (++failures > 3) {
                say(answer && answer.message || box.getAttribute('data-lost'), false);
                buttons(null);
                return;
            }
            later();
        });
    }

    box.addEventListener('submit', function (event) {
        var form = event.target, sure = form.querySelector('[type=submit]').getAttribute('data-sure');
        event.preventDefault();
        if (pressed || sure && !window.confirm(sure)) {
            return;
        }
        pressed = true;
        say('', true);
        if (form.elements['do']) {
            buttons(null);
        }
        var input = form.elements.name, more = {};
        for (var index = 0; index < form.elements.length; index++) {
            var field = form.elements[index];
            // The form's nonce is for browsers without this script: here the page stays, and each press is one of its own.
            if (field.name && ['token', 'id', 'modop', 'a', 'proxmoxkvm_nonce'].indexOf(field.name) < 0) {
                more[field.name] = field.value;
            }
        }
        ask(form.elements.a.value, more, function (answer) {
            pressed = false;
            if (!answer) {
                say(box.getAttribute('data-lost'), false);
                return;
            }
            say(answer.message, answer.ok);
            if (!answer.view) {
                password(answer.password, form);
                return;
            }
            if (input && answer.ok) {
                // The core may write the name in another way.
                input.defaultValue = input.value;
            }
            if (answer.view.state === 'unknown') {
                buttons(known);
            } else {
                show(answer.view);
            }
            later();
        });
    });
    document.addEventListener('visibilitychange', function () {
        if (!document.hidden && !pressed) {
            clearTimeout(timer);
            refresh();
        }
    });
    bar(part('bar').getAttribute('aria-valuenow'));
    refresh();
    // For the scripts of sections that not every page has.
    window.proxmoxkvmPage = {box: box, part: part, toggle: toggle, ask: ask};
}());
