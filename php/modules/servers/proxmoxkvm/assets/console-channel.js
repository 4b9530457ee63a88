/**
 * A console's bytes, both ways, in the form of a WebSocket: noVNC takes it as one. The picture comes by the answer of the
 * request that opens the console. Where something on the way keeps that answer back, it is asked for bit by bit. What is
 * typed goes by small requests, one at a time.
 */

const QUIET_MS = 4000;
/** So often a page says that it is there: who shuts his computer closes no connection. */
const HERE_MS = 20000;
const WORD = 0x80000000;
const MOST_UP = 60000;
const NOT_YET_MS = 300;
const NOT_YET = 60;
/** Bytes of a form's field: firewalls before web servers take no others. */
function field(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 4096) {
        text += String.fromCharCode(...bytes.subarray(at, at + 4096));
    }
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_');
}

/** What web servers say while what is behind them begins anew. */
const BEGINS = [502, 503, 504];

function drawn() {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export default class Channel {
    /**
     * @param {object} to `open` (url, fields), `visits`, `header`: where its requests go
     * @param {boolean} byRequests whether the picture is asked for from the beginning
     * @param {function(object): void} told hears why it is over, and that the answer is kept back
     */
    constructor(to, byRequests, told) {
        this.binaryType = 'arraybuffer';
        this.protocol = 'binary';
        this.readyState = WebSocket.CONNECTING;
        this.onopen = this.onmessage = this.onclose = this.onerror = () => {};
        this.to = to;
        this.told = told;
        this.key = drawn();
        this.typed = [];
        this.isSending = false;
        this.isHeard = false;
        this.isTaking = false;
        this.abort = new AbortController();
        /** Settled once a console that was lost has heard of it. */
        this.gone = Promise.resolve();
        this.begin(byRequests);
    }

    begin(byRequests) {
        this.hold(byRequests ? 'requests' : 'stream');
        if (byRequests) {
            this.take();
        } else {
            this.quiet = setTimeout(() => this.keptBack(), QUIET_MS);
            this.here = setInterval(() => this.isTaking || this.send(new Uint8Array(0)), HERE_MS);
        }
    }

    send(data) {
        this.typed.push(new Uint8Array(data.buffer ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) : data));
        this.up();
    }

    close() {
        if (this.readyState < WebSocket.CLOSING) {
            this.leave();
            this.over({end: 'left'});
        }
    }

    /** The worker that has the console is given back at once, also where the page is closed. */
    leave() {
        return this.visit('leave', new Uint8Array(0), true).catch(() => {});
    }

    async hold(by) {
        const fields = new URLSearchParams(this.to.open.fields);
        fields.set('key', this.key);
        fields.set('by', by);
        try {
            const answer = await fetch(this.to.open.url, {
                method: 'POST', body: fields, signal: this.abort.signal, credentials: 'same-origin', cache: 'no-store',
                redirect: 'manual'
            });
            if (!this.isOurs(answer)) {
                // A page in its place is WHMCS's: somebody is logged out.
                const isPage = answer.ok || answer.type === 'opaqueredirect';
                return this.isTaking ? undefined : this.over(isPage ? {error: 'page'} : this.why(answer));
            }
            await this.read(answer.body.getReader());
        } catch (error) {
            return this.isTaking ? undefined : this.over({error: 'lost'});
        }
        if (!this.isTaking) {
            this.over({error: 'lost'});
        }
    }

    async read(reader) {
        let kept = new Uint8Array(0);
        for (;;) {
            const {done, value} = await reader.read();
            if (done) {
                return;
            }
            this.heard();
            const all = new Uint8Array(kept.length + value.length);
            all.set(kept);
            all.set(value, kept.length);
            let at = 0;
            while (all.length - at >= 4) {
                const length = new DataView(all.buffer, at, 4).getUint32(0);
                const size = length & ~WORD;
                if (all.length - at - 4 < size) {
                    break;
                }
                const part = all.slice(at + 4, at + 4 + size);
                at += 4 + size;
                if (length >= WORD) {
                    this.word(JSON.parse(new TextDecoder().decode(part)));
                } else if (size > 0 && !this.isTaking) {
                    this.arrived(part);
                }
            }
            kept = all.slice(at);
        }
    }

    heard() {
        this.isHeard = true;
        clearTimeout(this.quiet);
    }

    word(word) {
        if (word.open) {
            this.opened();
        } else {
            this.over(word);
        }
    }

    opened() {
        if (this.readyState === WebSocket.CONNECTING) {
            this.readyState = WebSocket.OPEN;
            this.onopen();
        }
    }

    arrived(bytes) {
        if (this.readyState === WebSocket.OPEN) {
            this.onmessage({data: bytes.buffer});
        }
    }

    /** Nothing has come, not even that it was begun: from here on the picture is asked for. */
    keptBack() {
        if (!this.isHeard && this.readyState === WebSocket.CONNECTING) {
            this.told({keptBack: true});
            this.take();
        }
    }

    async take() {
        this.isTaking = true;
        for (let early = 0; this.readyState < WebSocket.CLOSING;) {
            let answer;
            try {
                answer = await this.visit('take', new Uint8Array(0));
            } catch (error) {
                return this.over({error: 'lost'});
            }
            if (!this.isOurs(answer)) {
                return this.over(this.why(answer));
            }
            if (answer.status === 200) {
                this.opened();
                const bytes = await answer.arrayBuffer();
                if (bytes.byteLength > 0) {
                    this.arrived(new Uint8Array(bytes));
                }
            } else if (answer.status === 404 && this.readyState === WebSocket.CONNECTING && ++early < NOT_YET) {
                await new Promise((resolve) => setTimeout(resolve, NOT_YET_MS));
            } else {
                return this.over(this.why(answer));
            }
        }
    }

    async up() {
        if (this.isSending || this.readyState !== WebSocket.OPEN) {
            return;
        }
        this.isSending = true;
        while (this.typed.length > 0 && this.readyState === WebSocket.OPEN) {
            // What has gathered while the last one was on its way goes together, as far as it is not too much.
            let size = 0;
            const parts = [];
            while (this.typed.length > 0 && (parts.length === 0 || size + this.typed[0].length <= MOST_UP)) {
                const part = this.typed.shift();
                if (part.length > MOST_UP) {
                    this.typed.unshift(part.slice(0, MOST_UP), part.slice(MOST_UP));
                    continue;
                }
                parts.push(part);
                size += part.length;
            }
            const all = new Uint8Array(size);
            parts.reduce((at, part) => {
                all.set(part, at);
                return at + part.length;
            }, 0);
            try {
                const answer = await this.visit('keys', all);
                if (answer.status !== 204 || !this.isOurs(answer)) {
                    this.over(this.why(answer));
                }
            } catch (error) {
                this.over({error: 'lost'});
            }
        }
        this.isSending = false;
    }

    visit(word, body, isLast = false) {
        return fetch(this.to.visits + '?' + word, {
            method: 'POST', body: new URLSearchParams(body.length > 0 ? {k: field(body)} : {}), credentials: 'same-origin', cache: 'no-store', keepalive: isLast,
            signal: isLast ? undefined : this.abort.signal,
            headers: {[this.to.header]: this.key}
        });
    }

    /** All that the module answers says so. What does not is of a web server, a firewall, or a proxy on the way. */
    isOurs(answer) {
        return answer.headers.has(this.to.header);
    }

    why(answer) {
        if (!this.isOurs(answer)) {
            return BEGINS.includes(answer.status) ? {error: 'lost'} : {error: 'foreign', status: answer.status};
        }
        const end = answer.headers.get('X-Proxmoxkvm-End');
        return end ? {end: end} : {error: answer.status === 403 ? 'old' : 'lost'};
    }

    over(why) {
        if (this.readyState >= WebSocket.CLOSING) {
            return;
        }
        clearTimeout(this.quiet);
        clearInterval(this.here);
        // Where the answer is still to come, it may say more than that nothing is there.
        this.readyState = WebSocket.CLOSED;
        this.abort.abort();
        if (why.error === 'lost') {
            this.gone = this.leave();
        }
        this.told(why);
        this.onclose({code: 1000, reason: ''});
    }
}
