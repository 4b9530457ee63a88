/**
 * The text of a serial port, by xterm.js: what the page does with a screen of noVNC it does with this, by the same names. It
 * speaks with Proxmox VE's termproxy: `0:LENGTH:BYTES` is typed, `1:COLUMNS:ROWS:` is a new size, `2` is sent now and then.
 */

/** So long termproxy hears nothing at most. */
const ALIVE_MS = 30000;
/** Of one message; the library refuses longer ones. */
const MOST_TYPED = 4096;
const OK = [0x4f, 0x4b];

export default class TextScreen extends EventTarget {
    /**
     * @param {HTMLElement} place where it is shown
     * @param {object} channel like a WebSocket
     * @param {{Terminal: function, FitAddon: function}} xterm
     */
    constructor(place, channel, xterm) {
        super();
        this.viewOnly = false;
        this.channel = channel;
        this.begun = [];
        this.terminal = new xterm.Terminal({cursorBlink: true, scrollback: 5000, screenReaderMode: true});
        this.fit = new xterm.FitAddon();
        this.terminal.loadAddon(this.fit);
        this.terminal.open(place);
        this.terminal.onData((text) => this.type(text));
        this.terminal.onResize(({cols, rows}) => this.isIn && this.write(`1:${cols}:${rows}:`));
        this.resized = new ResizeObserver(() => this.fit.fit());
        this.resized.observe(place);
        channel.onmessage = ({data}) => this.heard(new Uint8Array(data));
        channel.onclose = () => this.closed();
    }

    heard(bytes) {
        if (this.isIn) {
            this.terminal.write(bytes);
            return;
        }
        this.begun.push(...bytes);
        if (this.begun.length < OK.length) {
            return;
        }
        this.isIn = true;
        this.fit.fit();
        this.write(`1:${this.terminal.cols}:${this.terminal.rows}:`);
        this.alive = setInterval(() => this.write('2'), ALIVE_MS);
        this.terminal.write(new Uint8Array(this.begun.slice(OK.length)));
        this.dispatchEvent(new Event('connect'));
    }

    closed() {
        clearInterval(this.alive);
        this.resized.disconnect();
        this.terminal.options.disableStdin = true;
        this.dispatchEvent(new Event('disconnect'));
    }

    write(text) {
        this.channel.send(new TextEncoder().encode(text));
    }

    type(text) {
        const bytes = new TextEncoder().encode(text);
        for (let at = 0; this.isIn && !this.viewOnly && at < bytes.length; at += MOST_TYPED) {
            const part = bytes.slice(at, at + MOST_TYPED);
            const head = new TextEncoder().encode(`0:${part.length}:`);
            const message = new Uint8Array(head.length + part.length);
            message.set(head);
            message.set(part, head.length);
            this.channel.send(message);
        }
    }

    focus() {
        this.terminal.focus();
    }

    paste(text) {
        this.terminal.paste(text);
    }

    /** All that was shown, for whoever looks after the page. */
    lines() {
        const buffer = this.terminal.buffer.active;
        return Array.from({length: buffer.length}, (_, at) => buffer.getLine(at).translateToString(true));
    }
}
