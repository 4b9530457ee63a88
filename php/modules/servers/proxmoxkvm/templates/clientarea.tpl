{* The client's page of a service. For Smarty 3 and 4, and for themes with Bootstrap 3 and 4. *}
{assign var="vm" value=$proxmoxkvm.view}
<div class="panel panel-default card mb-3" id="proxmoxkvm"
     data-url="{$WEB_ROOT|default:''|escape}/clientarea.php?action=productdetails"
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
                        <td><span data-vm="username">{$vm.username|escape}</span>
                            <span class="text-muted small">{$proxmoxkvm.text.password_hint|escape}</span></td>
                    </tr>
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
            <form method="post" action="{$WEB_ROOT|default:''|escape}/clientarea.php?action=productdetails"
                  style="display:inline-block;margin:0 4px 4px 0">
                <input type="hidden" name="token" value="{$proxmoxkvm.token|escape}">
                <input type="hidden" name="id" value="{$proxmoxkvm.service|escape}">
                <input type="hidden" name="modop" value="custom">
                <input type="hidden" name="a" value="{$button.function|escape}">
                <button type="submit" class="btn btn-default btn-secondary"{if !$vm.can_press} disabled{/if}
                        data-sure="{$button.sure|escape}">{$button.label|escape}</button>
            </form>
        {/foreach}
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
    var failures = 0, pressed = false, timer = null, seconds = Number(box.getAttribute('data-refresh')) || 30;

    function part(name) {
        return box.querySelector('[data-vm="' + name + '"]');
    }

    function toggle(element, visible) {
        element.style.display = visible ? '' : 'none';
    }

    function ask(name, done) {
        var request = new XMLHttpRequest();
        var fields = {
            id: box.getAttribute('data-service'),
            token: box.getAttribute('data-token'),
            modop: 'custom',
            a: name,
            proxmoxkvm_json: '1'
        };
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
    }

    function buttons(enabled) {
        var all = box.querySelectorAll('button');
        for (var index = 0; index < all.length; index++) {
            all[index].disabled = !enabled;
        }
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
        ['domain', 'username'].forEach(function (name) {
            part(name).textContent = view[name];
            toggle(box.querySelector('[data-vm-row="' + name + '"]'), view[name] !== '');
        });
        var addresses = part('addresses');
        addresses.textContent = '';
        view.addresses.forEach(function (address) {
            addresses.appendChild(document.createElement('div')).textContent = address;
        });
        toggle(box.querySelector('[data-vm-row="addresses"]'), view.addresses.length > 0);
        buttons(view.can_press && !pressed);
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
        ask('ClientStatus', function (answer) {
            if (pressed) {
                // A button was pressed meanwhile: its answer is the newer one.
                return;
            }
            if (answer && answer.ok) {
                failures = 0;
                show(answer.view);
            } else if (++failures > 3) {
                say(answer && answer.message || box.getAttribute('data-lost'), false);
                buttons(false);
                return;
            }
            later();
        });
    }

    box.addEventListener('submit', function (event) {
        var form = event.target, sure = form.querySelector('button').getAttribute('data-sure');
        event.preventDefault();
        if (pressed || sure && !window.confirm(sure)) {
            return;
        }
        pressed = true;
        say('', true);
        buttons(false);
        ask(form.elements.a.value, function (answer) {
            pressed = false;
            if (!answer) {
                say(box.getAttribute('data-lost'), false);
                return;
            }
            say(answer.message, answer.ok);
            if (answer.view.state === 'unknown') {
                buttons(true);
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
    later();
}());
</script>
{/literal}
