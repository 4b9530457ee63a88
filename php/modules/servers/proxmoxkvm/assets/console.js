/**
 * The page of a console: opens it, shows the machine's screen by noVNC or the text of its serial port by xterm.js, and opens it again when the machine has restarted. It
 * decides nothing: what may be done is answered when it is asked for.
 */

const settings = JSON.parse(document.body.dataset.console);
const text = settings.text;
const at = (address) => new URL(address, document.baseURI).href;
const part = (id) => document.getElementById(id);

/** After these seconds it is tried again, each time that a machine goes off and may come back. */
const AGAIN_S = [1, 2, 3, 5, 8, 13, 20, 30, 45];
/** What may be over in a moment, as the library calls it. */
const PASSES = ['console_off', 'console_dark', 'console_unfit', 'consoles_open', 'locked', 'pve_unreachable', 'pve_silent', 'lost', 'old'];
/** QEMU hands a machine a hundred presses and releases a second; of what comes faster it keeps some, and drops the rest. */
const PRESS_MS = 12;
/** So long a console that was lost may take to hear that it is over. */
const LEAVE_MS = 2000;
const LAYOUT = 'proxmoxkvm-keyboard';
const KEPT_BACK = 'proxmoxkvm-kept-back';
const NO_SOCKET = 'proxmoxkvm-no-socket';

let RFB, Channel, keys, sockets = null;
/** What shows a text terminal, once somebody has asked for one; null: the screen is shown. */
let Text = null;
let rfb = null, channel = null, tries = 0, timer = null, turns = 0, isGone = false;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function say(what, isBad = false) {
    part('said').textContent = what;
    part('said').classList.toggle('bad', isBad);
}

function enable(isOpen) {
    document.querySelectorAll('[role=toolbar] > button:not(#again, #text)').forEach((button) => {
        const isLooking = rfb !== null && rfb.viewOnly && 'acts' in button.dataset;
        button.disabled = !isOpen || isLooking || (Text !== null && 'screen' in button.dataset);
    });
    part('again').hidden = isOpen;
}

async function connect() {
    clearTimeout(timer);
    const byRequests = sessionStorage.getItem(KEPT_BACK) === '1';
    let why = {error: 'lost'};
    say(text.connecting);
    part('again').hidden = true;
    const turn = ++turns;
    // The one before may not know yet that nobody listens, and would count as open.
    channel && await Promise.race([channel.gone, wait(LEAVE_MS)]);
    const isBySocket = sockets !== null && sessionStorage.getItem(NO_SOCKET) !== '1'
        && await sockets.isServed(at(settings.socket), settings.header);
    if (turn !== turns) {
        return;
    }
    const Way = isBySocket ? sockets.socketed(Channel) : Channel;
    channel = new Way({
        open: {url: at(settings.open.url), fields: {...settings.open.fields, text: Text ? '1' : ''}},
        visits: at(settings.visits),
        socket: at(settings.socket),
        header: settings.header
    }, byRequests, (told) => {
        if (told.keptBack || told.noSocket) {
            sessionStorage.setItem(told.noSocket ? NO_SOCKET : KEPT_BACK, '1');
            say(text.buffered);
        } else {
            why = told;
        }
    });
    part('screen').replaceChildren();
    rfb = Text ? Text(channel) : new RFB(part('screen'), channel, {shared: true});
    rfb.scaleViewport = part('scale').getAttribute('aria-pressed') !== 'false';
    rfb.viewOnly = settings.open.lookOnly === true;
    rfb.addEventListener('connect', () => {
        tries = 0;
        say(rfb.viewOnly ? text.look_only : text.open);
        enable(true);
        rfb.focus();
    });
    rfb.addEventListener('disconnect', () => turn === turns && over(why));
    rfb.addEventListener('securityfailure', () => turn === turns && over(why));
}

function over(why) {
    rfb = null;
    enable(false);
    if (isGone) {
        return;
    }
    // A process of its own says the code of a problem, and the number in its sentence.
    const [end, number] = (why.end || '').split(' ');
    const said = why.message || (settings.ends[end] && settings.ends[end].replace('{n}', number))
        || {old: text.old, page: text.old, foreign: text.foreign.replace('{status}', why.status)}[why.error] || text.lost;
    const passes = end === 'closed' || PASSES.includes(why.error || end);
    if (passes && tries < AGAIN_S.length) {
        say(said + ' ' + text.again, true);
        timer = setTimeout(connect, 1000 * AGAIN_S[tries++]);
    } else {
        say(said, true);
    }
}

function again() {
    tries = 0;
    connect();
}

/** From the screen to the text of the serial port, and back. */
async function otherWay() {
    if (Text) {
        Text = null;
    } else {
        const parts = await Promise.all(settings.terminal.map((file) => import(at(file)))).catch(() => null);
        if (parts === null) {
            return say(text.files, true);
        }
        const [{default: TextScreen}, {Terminal}, {FitAddon}] = parts;
        Text = (channel) => new TextScreen(part('screen'), channel, {Terminal, FitAddon});
    }
    part('text').setAttribute('aria-pressed', String(Text !== null));
    channel && channel.close();
    again();
}

function press(keysym, code, down) {
    rfb.sendKey(keysym, code, down);
}

/** A key beside the keyboard. Ctrl and Alt stay down until the next one, as on a phone nobody holds two. */
function extra(button) {
    const [code, number] = [button.dataset.code, Number(button.dataset.number)];
    if (!rfb || rfb.viewOnly) {
        return;
    }
    if (button.hasAttribute('aria-pressed')) {
        const isDown = button.getAttribute('aria-pressed') === 'false';
        button.setAttribute('aria-pressed', String(isDown));
        return press(number, code, isDown);
    }
    press(number, code, true);
    press(number, code, false);
    letGo();
}

function letGo() {
    document.querySelectorAll('#keys [aria-pressed=true]').forEach((held) => {
        held.setAttribute('aria-pressed', 'false');
        rfb && press(Number(held.dataset.number), held.dataset.code, false);
    });
}

function keyboard() {
    const isShown = part('keys').hidden;
    part('keys').hidden = !isShown;
    part('keyboard').setAttribute('aria-expanded', String(isShown));
    isShown ? part('touch').focus() : letGo();
}

/**
 * What a phone's keyboard writes is read from a field that nobody sees, letter by letter. QEMU presses no Shift by itself, so a
 * letter comes by its keys.
 */
function touched() {
    const field = part('touch');
    if (rfb) {
        const before = field.dataset.before || '';
        let same = 0;
        while (same < before.length && before[same] === field.value[same]) {
            same++;
        }
        for (let gone = same; gone < before.length; gone++) {
            rfb.sendKey(0xff08, 'Backspace');
        }
        for (const letter of field.value.slice(same)) {
            keys.strike(letter, localStorage.getItem(LAYOUT) || 'us', press) || rfb.sendKey(keys.keysym(letter), null);
            letGo();
        }
    }
    // So that there is something to take away, and never much.
    if (field.value.length === 0 || field.value.length > 200) {
        field.value = '_'.repeat(20);
    }
    field.dataset.before = field.value;
}

function paste() {
    const layout = part('layout');
    const lang = document.documentElement.lang.split('-')[0];
    layout.value = localStorage.getItem(LAYOUT) || ({en: 'us'}[lang] || lang);
    layout.value = layout.value || 'us';
    layout.closest('label').hidden = Text !== null;
    part('pasting').returnValue = '';
    part('pasting').showModal();
}

async function pasted() {
    const pasting = part('pasted').value;
    // It may be a password.
    part('pasted').value = '';
    rfb && rfb.focus();
    if (part('pasting').returnValue !== 'type' || !rfb) {
        return;
    }
    if (Text) {
        return rfb.paste(pasting);
    }
    const [layout, to] = [part('layout').value, rfb];
    localStorage.setItem(LAYOUT, layout);
    part('paste').disabled = true;
    const missing = await keys.type(pasting, layout, press, async (events) => {
        await wait(PRESS_MS * events);
        return rfb !== to;
    });
    if (rfb === to) {
        part('paste').disabled = false;
        say(missing === '' ? text.open : text.confirm_paste.replace('{letters}', missing), missing !== '');
    }
}

async function act(button) {
    part('power').open = false;
    if (button.dataset.sure && !confirm(button.dataset.sure)) {
        return;
    }
    const fields = new URLSearchParams(settings.act.fields);
    fields.set('do', button.dataset.do);
    if ('ticked' in button.dataset) {
        fields.set('sure', '1');
    }
    say(button.textContent + ' …');
    try {
        const answer = await fetch(at(settings.act.url), {
            method: 'POST', body: fields, credentials: 'same-origin', headers: {'X-Requested-With': 'XMLHttpRequest'}
        });
        const {ok, message} = await answer.json();
        say(message, !ok);
        if (ok && !rfb) {
            again();
        }
    } catch (error) {
        say(text.old, true);
    }
}

function scale() {
    const isScaled = part('scale').getAttribute('aria-pressed') === 'false';
    part('scale').setAttribute('aria-pressed', String(isScaled));
    rfb.scaleViewport = isScaled;
}

function full() {
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen().catch(() => {});
}

function listen() {
    part('scale').setAttribute('aria-pressed', 'true');
    const on = {
        again: again, scale: scale, full: full, paste: paste, text: otherWay,
        cad: () => rfb.sendCtrlAltDel(),
        keyboard: keyboard
    };
    Object.keys(on).forEach((id) => part(id).addEventListener('click', on[id]));
    part('pasting').addEventListener('close', pasted);
    part('touch').addEventListener('input', touched);
    part('touch').addEventListener('keydown', (event) => {
        event.stopPropagation();
        // A keyboard that is joined to a phone has keys that write nothing.
        const button = document.querySelector(`#keys [data-code="${event.code}"]:not([aria-pressed])`);
        if (button) {
            event.preventDefault();
            extra(button);
        }
    });
    document.querySelectorAll('#keys button').forEach((button) => {
        // The phone's keyboard stays where it is.
        button.addEventListener('pointerdown', (event) => event.preventDefault());
        button.addEventListener('click', () => extra(button));
    });
    part('full').hidden = !document.documentElement.requestFullscreen;
    // What a phone's keyboard covers is not the page's.
    visualViewport && visualViewport.addEventListener('resize', () => {
        document.body.style.height = visualViewport.height + 'px';
    });
    document.querySelectorAll('[data-do]').forEach((button) => button.addEventListener('click', () => act(button)));
    addEventListener('pagehide', () => {
        isGone = true;
        channel && channel.close();
    });
    // Back from where browsers keep pages.
    addEventListener('pageshow', (event) => {
        if (event.persisted) {
            isGone = false;
            again();
        }
    });
}

try {
    [{default: RFB}, {default: Channel}, keys] = await Promise.all([
        import(at(settings.viewer)), import(at(settings.channel)), import(at(settings.keys))
    ]);
    if (settings.socket !== '') {
        sockets = await import(at(settings.sockets));
    }
    listen();
    touched();
    connect();
} catch (error) {
    say(text.files, true);
}
