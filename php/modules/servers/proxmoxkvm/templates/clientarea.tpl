{* The client's page of a service. For Smarty 3 and 4, and for themes with Bootstrap 3 and 4. *}
{* WHMCS shows it in clientarea.php, in whatever folder that is: forms and script name it as its own templates do. *}
{assign var="vm" value=$proxmoxkvm.view}
{* What cannot be pressed has no colour of its own, in any theme. *}
<style>
{literal}
    #proxmoxkvm form [type=submit][disabled] {
        background: transparent;
        border: 1px dashed currentColor;
        box-shadow: none;
        color: inherit;
        cursor: not-allowed;
        opacity: .6;
    }
{/literal}
</style>
<div class="panel panel-default card mb-3" id="proxmoxkvm"
     data-url="clientarea.php?action=productdetails"
     data-service="{$proxmoxkvm.service|escape}"
     data-token="{$proxmoxkvm.token|escape}"
     data-refresh="{$vm.refresh|escape}"
     data-lost="{$proxmoxkvm.text.lost|escape}">
    <div class="panel-heading card-header">
        <strong class="card-title">{$proxmoxkvm.text.title|escape}</strong>
        {* Not the class "badge" itself: with Bootstrap 3 it is grey, whatever comes with it. *}
        <span class="label label-{$vm.colour|escape} badge-{$vm.colour|replace:'default':'secondary'|escape}"
              data-vm="label" style="margin-left:8px;padding:.25em .6em;border-radius:.25em;font-size:80%"
              >{$vm.label|escape}</span>
    </div>
    <div class="panel-body card-body text-left">
        <p data-vm="hint" role="status">{$vm.hint|escape}</p>
        <div data-vm="progress"{if !$vm.progress} style="display:none"{/if}>
            <div class="progress" style="margin-bottom:6px">
                <div class="progress-bar progress-bar-striped active progress-bar-animated" role="progressbar"
                     data-vm="bar" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{$vm.percent|escape}"
                     style="width:{$vm.percent|escape}%"></div>
            </div>
            <p class="text-muted small" data-vm="step">{$vm.step|escape}</p>
        </div>
        <div class="alert" data-vm="message" role="alert" style="display:none"></div>
        <div class="table-responsive">
            <table class="table table-condensed table-sm" style="margin-bottom:12px">
                <tbody>
                    {* Filled by the script, which asks Proxmox VE; the page itself waits for nobody. *}
                    {foreach ['power', 'cpu', 'memory'] as $name}
                        <tr data-vm-row="{$name}"{if $vm.$name == ''} style="display:none"{/if}>
                            <th scope="row" style="width:35%">{$proxmoxkvm.text.$name|escape}</th>
                            <td data-vm="{$name}">{$vm.$name|escape}</td>
                        </tr>
                    {/foreach}
                    <tr data-vm-row="domain"{if $vm.domain == ''} style="display:none"{/if}>
                        <th scope="row" style="width:35%">{$proxmoxkvm.text.domain|escape}</th>
                        <td data-vm="domain" style="word-break:break-all">{$vm.domain|escape}</td>
                    </tr>
                    <tr data-vm-row="addresses"{if !$vm.addresses} style="display:none"{/if}>
                        <th scope="row">{$proxmoxkvm.text.addresses|escape}</th>
                        <td data-vm="addresses" style="word-break:break-all">
                            {foreach $vm.addresses as $address}<div>{$address|escape}</div>{/foreach}
                        </td>
                    </tr>
                    <tr data-vm-row="username"{if $vm.username == ''} style="display:none"{/if}>
                        <th scope="row">{$proxmoxkvm.text.username|escape}</th>
                        <td data-vm="username">{$vm.username|escape}</td>
                    </tr>
                    {if $proxmoxkvm.password}
                        <tr data-vm-row="password"{if !$vm.has_password} style="display:none"{/if}>
                            <th scope="row">{$proxmoxkvm.password.title|escape}</th>
                            <td>
                                <code data-vm="password" style="word-break:break-all;user-select:all{if
                                    $proxmoxkvm.password.shown == ''};display:none{/if}" translate="no"
                                    >{$proxmoxkvm.password.shown|escape}</code>
                                {* Asked for by a form: without the script WHMCS answers with this page and it. *}
                                <form method="post" action="clientarea.php?action=productdetails"
                                      style="{if $proxmoxkvm.password.shown == ''}display:inline-block;{else}display:none;{/if}margin:0">
                                    <input type="hidden" name="token" value="{$proxmoxkvm.token|escape}">
                                    <input type="hidden" name="id" value="{$proxmoxkvm.service|escape}">
                                    <input type="hidden" name="modop" value="custom">
                                    <input type="hidden" name="a" value="ClientPassword">
                                    <input type="submit" class="btn btn-primary btn-sm"
                                           value="{$proxmoxkvm.password.show|escape}">
                                </form>
                            </td>
                        </tr>
                    {/if}
                    {foreach $proxmoxkvm.resources as $resource}
                        <tr>
                            <th scope="row" style="width:35%">{$resource.label|escape}</th>
                            <td>{$resource.value|escape}</td>
                        </tr>
                    {/foreach}
                </tbody>
            </table>
        </div>
        {foreach $proxmoxkvm.buttons as $button}
            <form method="post" action="clientarea.php?action=productdetails"
                  style="display:inline-block;margin:0 4px 4px 0">
                <input type="hidden" name="token" value="{$proxmoxkvm.token|escape}">
                <input type="hidden" name="id" value="{$proxmoxkvm.service|escape}">
                <input type="hidden" name="modop" value="custom">
                <input type="hidden" name="a" value="{$button.function|escape}">
                <button type="submit" class="btn btn-primary"{if !$vm.can[$button.function]} disabled{/if}
                        data-sure="{$button.sure|escape}">{$button.label|escape}</button>
            </form>
        {/foreach}
        {if $proxmoxkvm.reverse}
            <div data-vm="reverse" style="margin-top:16px{if !$vm.reverse};display:none{/if}">
                <strong>{$proxmoxkvm.reverse.title|escape}</strong>
                <p class="text-muted small">{$proxmoxkvm.reverse.help|escape}</p>
                {foreach $proxmoxkvm.reverse.forms as $one}
                    <form method="post" action="clientarea.php?action=productdetails"
                          style="display:flex;flex-wrap:wrap;align-items:center;gap:6px;margin:0 0 8px">
                        <input type="hidden" name="token" value="{$proxmoxkvm.token|escape}">
                        <input type="hidden" name="id" value="{$proxmoxkvm.service|escape}">
                        <input type="hidden" name="modop" value="custom">
                        <input type="hidden" name="a" value="ClientReverseName">
                        <input type="hidden" name="address" value="{$one.address|escape}">
                        <span data-vm="address" style="flex:1 1 160px;word-break:break-all">{$one.address|escape}</span>
                        <input type="text" name="hostname" value="{$one.name|escape}" maxlength="253" autocomplete="off"
                               autocapitalize="none" spellcheck="false" class="form-control"
                               style="flex:3 1 200px;width:auto;min-width:0"
                               aria-label="{$proxmoxkvm.reverse.title|escape}: {$one.address|escape}">
                        <button type="submit" class="btn btn-primary"
                                {if !$vm.can.ClientReverseName} disabled{/if}>{$proxmoxkvm.reverse.save|escape}</button>
                    </form>
                {/foreach}
            </div>
        {/if}
        {if $proxmoxkvm.graphs}
            <div data-vm="graphs" data-plan="{$proxmoxkvm.graphs.plan|escape}" style="margin-top:16px"
                 data-summary="{$proxmoxkvm.graphs.summary|escape}" data-none="{$proxmoxkvm.graphs.none|escape}">
                <strong style="margin-right:8px">{$proxmoxkvm.graphs.title|escape}</strong>
                <div class="btn-group btn-group-sm" role="group" style="margin-bottom:8px">
                    {foreach $proxmoxkvm.graphs.frames as $frame}
                        <button type="button" class="btn btn-default btn-outline-secondary btn-sm"
                                data-frame="{$frame.name|escape}">{$frame.label|escape}</button>
                    {/foreach}
                </div>
                <div data-vm="drawn" style="display:flex;flex-wrap:wrap;margin:0 -8px"></div>
                <p class="text-muted" data-vm="undrawn" role="status" style="display:none"></p>
            </div>
        {/if}
    </div>
</div>
{literal}
<script>
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
        element.style.display = visible ? '' : 'none';
    }

    function ask(name, more, done) {
        var request = new XMLHttpRequest();
        var fields = {
            id: box.getAttribute('data-service'),
            token: box.getAttribute('data-token'),
            modop: 'custom',
            a: name,
            proxmoxkvm_json: '1'
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

    /** @param can function of a button => whether it may be pressed; null: none may */
    function buttons(can) {
        var forms = box.querySelectorAll('form');
        for (var index = 0; index < forms.length; index++) {
            var name = forms[index].elements.a.value;
            forms[index].querySelector('[type=submit]').disabled = !can || can[name] === false;
        }
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
            var input = form.elements.hostname, address = form.elements.address;
            if (address.value !== one.address || input.value === input.defaultValue) {
                input.value = one.name;
            }
            input.defaultValue = one.name;
            address.value = one.address;
            form.querySelector('[data-vm=address]').textContent = one.address;
            input.setAttribute('aria-label', title + ': ' + one.address);
        });
        for (var forms = place.querySelectorAll('form'), index = 0; index < forms.length; index++) {
            forms[index].style.display = index < names.length ? 'flex' : 'none';
        }
        toggle(place, names.length > 0);
    }

    /** @param secret what was asked for, empty where it was refused; it is in no page that can be gone back to */
    function password(secret, form) {
        part('password').textContent = secret;
        toggle(part('password'), secret !== '');
        form.style.display = secret === '' ? 'inline-block' : 'none';
        later();
    }

    function show(view) {
        var grey = view.colour === 'default' ? 'secondary' : view.colour;
        part('label').textContent = view.label;
        part('label').className = 'label label-' + view.colour + ' badge-' + grey;
        part('hint').textContent = view.hint;
        toggle(part('progress'), view.progress);
        part('bar').style.width = view.percent + '%';
        part('bar').setAttribute('aria-valuenow', view.percent);
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
        if (form.elements.a.value !== 'ClientPassword') {
            buttons(null);
        }
        var input = form.elements.hostname, more = {};
        if (input) {
            more = {address: form.elements.address.value, hostname: input.value};
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
    refresh();

    var graphs = part('graphs');
    if (!graphs) {
        return;
    }
    var frame = 'hour', points = null, drawTimer = null, SVG = 'http://www.w3.org/2000/svg';
    var COLOURS = ['#1769aa', '#c2570c'];

    function draw(name, attributes, text) {
        var element = document.createElementNS(SVG, name);
        Object.keys(attributes).forEach(function (key) {
            element.setAttribute(key, attributes[key]);
        });
        if (text !== undefined) {
            element.textContent = text;
        }
        return element;
    }

    /** The largest of 1, 2, 5, 10, … that is not above a number. */
    function round(number) {
        var power = Math.pow(10, Math.floor(Math.log(number) / Math.LN10)), digit = number / power;
        return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
    }

    /** How the values of a graph are written: by what they are divided, and what stands behind them. */
    function scale(unit, highest) {
        if (unit === 'percent') {
            return {by: 0.01, unit: '%', most: Math.max(highest, 0.01)};
        }
        var names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'], by = 1, index = 0;
        while (highest / by >= 1000 && index < names.length - 1) {
            by *= 1024;
            index++;
        }
        return {by: by, unit: names[index] + (unit === 'rate' ? '/s' : ''), most: Math.max(highest, 1)};
    }

    function written(value, scaled) {
        var number = value / scaled.by;
        return (number >= 100 ? number.toFixed(0) : number.toFixed(number >= 10 ? 1 : 2).replace(/\.?0+$/, ''))
            + ' ' + scaled.unit;
    }

    /** In the visitor's language and time zone. */
    function moment(seconds) {
        var options = {
            hour: {hour: '2-digit', minute: '2-digit'},
            day: {hour: '2-digit', minute: '2-digit'},
            week: {weekday: 'short', day: 'numeric'},
            month: {day: 'numeric', month: 'short'},
            year: {month: 'short', year: '2-digit'}
        }[frame];
        return new Date(1000 * seconds).toLocaleString(undefined, options);
    }

    function line(field, x, y) {
        var path = '', drawn = false;
        points.forEach(function (point) {
            if (typeof point[field] !== 'number') {
                drawn = false;
                return;
            }
            var place = x(point.at).toFixed(1) + ' ' + y(point[field]).toFixed(1);
            // A lonely point is a dot: its line has no length, but round ends.
            path += drawn ? 'L' + place : 'M' + place + 'h0';
            drawn = true;
        });
        return path;
    }

    function graph(plan, figure) {
        var fields = Object.keys(plan.series), all = [], latest = {};
        points.forEach(function (point) {
            fields.forEach(function (field) {
                if (typeof point[field] === 'number') {
                    all.push(point[field]);
                    latest[field] = point[field];
                }
            });
        });
        var scaled = scale(plan.unit, Math.max.apply(null, all.concat(0)));
        figure.appendChild(document.createElement('div')).textContent = plan.title;
        var width = Math.max(240, Math.floor(figure.clientWidth - 16)), height = 150;
        var left = 62, right = 8, top = 8, bottom = 22;
        var first = points[0].at, span = Math.max(1, points[points.length - 1].at - first);
        var step = round(scaled.most / scaled.by / 3) * scaled.by, most = Math.ceil(scaled.most / step) * step;
        function x(at) {
            return left + (width - left - right) * (at - first) / span;
        }
        function y(value) {
            return height - bottom - (height - top - bottom) * value / most;
        }
        var svg = draw('svg', {width: width, height: height, viewBox: '0 0 ' + width + ' ' + height, role: 'img',
            style: 'display:block;max-width:100%;height:auto;font-size:11px'});
        for (var value = 0; value <= most * 1.001; value += step) {
            svg.appendChild(draw('path', {d: 'M' + left + ' ' + y(value) + 'H' + (width - right), stroke: '#ddd'}));
            svg.appendChild(draw('text', {x: left - 6, y: y(value) + 4, 'text-anchor': 'end', fill: '#666'},
                written(value, scaled)));
        }
        var labels = Math.max(2, Math.min(7, Math.floor((width - left) / 75)));
        for (var index = 0, before = ''; index < labels; index++) {
            var at = first + span * index / (labels - 1), label = moment(at);
            if (label === before) {
                continue;
            }
            before = label;
            var anchor = index === 0 ? 'start' : index === labels - 1 ? 'end' : 'middle';
            svg.appendChild(draw('text', {x: x(at), y: height - 6, 'text-anchor': anchor, fill: '#666'}, label));
        }
        var spoken = plan.title, legend = document.createElement('div');
        fields.forEach(function (field, number) {
            svg.appendChild(draw('path', {d: line(field, x, y), fill: 'none', stroke: COLOURS[number],
                'stroke-width': 1.7, 'stroke-linecap': 'round', 'stroke-linejoin': 'round',
                'stroke-dasharray': number === 0 ? 'none' : '5 3', 'data-field': field}));
            if (latest[field] === undefined) {
                return;
            }
            var highest = Math.max.apply(null, points.map(function (point) {
                return typeof point[field] === 'number' ? point[field] : 0;
            }));
            var text = plan.series[field] + ': ' + graphs.getAttribute('data-summary')
                .replace('{latest}', written(latest[field], scaled)).replace('{highest}', written(highest, scaled));
            var entry = legend.appendChild(document.createElement('div')), mark = document.createElement('span');
            mark.setAttribute('style', 'display:inline-block;width:14px;height:0;margin:0 6px 3px 0;border-top:3px '
                + (number === 0 ? 'solid ' : 'dashed ') + COLOURS[number]);
            entry.appendChild(mark);
            entry.appendChild(document.createTextNode(text));
            spoken += '; ' + text;
        });
        legend.className = 'small text-muted';
        svg.setAttribute('aria-label', spoken);
        svg.insertBefore(draw('title', {}, spoken), svg.firstChild);
        figure.appendChild(svg);
        figure.appendChild(legend);
    }

    function paint() {
        var place = part('drawn'), measured = points !== null && points.some(function (point) {
            return typeof point.cpu === 'number' || typeof point.memory === 'number';
        });
        place.textContent = '';
        toggle(part('undrawn'), points !== null && !measured);
        if (measured) {
            var plans = JSON.parse(graphs.getAttribute('data-plan'));
            // All places first: how wide one is depends on its neighbours.
            var figures = plans.map(function () {
                var figure = place.appendChild(document.createElement('div'));
                figure.setAttribute('style', 'flex:1 1 290px;min-width:0;padding:0 8px 12px');
                return figure;
            });
            plans.forEach(function (plan, index) {
                graph(plan, figures[index]);
            });
        } else {
            part('undrawn').textContent = graphs.getAttribute('data-none');
        }
    }

    function load() {
        clearTimeout(drawTimer);
        drawTimer = setTimeout(load, 60000 * (frame === 'hour' ? 1 : 10));
        if (document.hidden) {
            return;
        }
        var asked = frame;
        ask('ClientUsage', {timeframe: asked}, function (answer) {
            if (asked !== frame) {
                return;
            }
            if (answer && answer.ok) {
                points = answer.points;
                paint();
            } else {
                points = null;
                paint();
                part('undrawn').textContent = answer && answer.message || box.getAttribute('data-lost');
                toggle(part('undrawn'), true);
            }
        });
    }

    function mark() {
        var all = graphs.querySelectorAll('[data-frame]');
        for (var index = 0; index < all.length; index++) {
            var chosen = all[index].getAttribute('data-frame') === frame;
            all[index].setAttribute('aria-pressed', chosen ? 'true' : 'false');
            all[index].style.fontWeight = chosen ? 'bold' : '';
            all[index].className = all[index].className.replace(/ active$/, '') + (chosen ? ' active' : '');
        }
    }

    graphs.addEventListener('click', function (event) {
        var chosen = event.target.getAttribute('data-frame');
        if (chosen) {
            frame = chosen;
            mark();
            load();
        }
    });
    window.addEventListener('resize', function () {
        clearTimeout(graphs.redraw);
        graphs.redraw = setTimeout(paint, 200);
    });
    mark();
    load();
}());
</script>
{/literal}
