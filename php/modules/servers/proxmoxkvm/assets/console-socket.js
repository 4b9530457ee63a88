/**
 * A console by a websocket, where a process of its own serves them. What it begins with is a grant, which the page's form asks
 * for; what comes and goes then is the websocket's.
 */

/** Longer than this nobody waits for an answer to the question whether there is such a process. */
const ANSWERS_MS = 3000;

/** Whether websockets are served: the same place says so to an ordinary request. */
export async function isServed(address, header) {
    try {
        const answer = await fetch(address + '?ping', {
            credentials: 'same-origin', cache: 'no-store', redirect: 'error', signal: AbortSignal.timeout(ANSWERS_MS)
        });
        return answer.ok && answer.headers.has(header);
    } catch (error) {
        return false;
    }
}

/** @param {class} Channel the one of the other ways */
export const socketed = (Channel) => class extends Channel {
    begin() {
        this.wasOpen = false;
        this.hold('socket');
    }

    word(word) {
        if (word.open) {
            // The web server that answered serves no websockets, and has opened the console itself.
            super.leave();
            return this.refused();
        }
        if (!word.grant) {
            return super.word(word);
        }
        this.isGranted = true;
        try {
            this.socket = new WebSocket(this.to.socket.replace(/^http/, 'ws'), ['binary', 'pk.' + word.grant]);
        } catch (error) {
            return this.refused();
        }
        this.socket.binaryType = 'arraybuffer';
        this.socket.onopen = () => {
            this.wasOpen = true;
            this.opened();
        };
        this.socket.onmessage = (event) => this.arrived(new Uint8Array(event.data));
        this.socket.onclose = (event) => {
            // Where that process does not reach the node, this web server may.
            if (!this.wasOpen || event.reason === 'unreached') {
                return this.refused();
            }
            this.over(event.reason ? {end: event.reason} : {error: 'lost'});
        };
    }

    /** Websockets do not come through here: the page takes the other way. */
    refused() {
        this.told({noSocket: true});
        this.over({error: 'lost'});
    }

    /** noVNC looks for both in this very class. */
    send(data) {
        super.send(data);
    }

    close() {
        super.close();
    }

    up() {
        while (this.readyState === WebSocket.OPEN && this.typed.length > 0) {
            this.socket.send(this.typed.shift());
        }
    }

    leave() {
        this.socket && this.socket.close();
        return Promise.resolve();
    }

    over(why) {
        // The answer that brought the grant has ended, and the console has not.
        if (this.isGranted && why.error === 'lost' && this.socket && this.socket.readyState < WebSocket.CLOSING) {
            return;
        }
        super.over(why);
        this.leave();
    }
};
