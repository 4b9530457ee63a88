/**
 * The tab of SSH keys: makes an Ed25519 key in the browser, whose private half is saved as a file and sent nowhere; and keeps
 * a private key that was pasted by mistake from being sent.
 */
(function () {
    'use strict';
    const page = window.proxmoxkvmPage;
    const form = page && page.box.querySelector('.vm-key');
    if (!form) {
        return;
    }
    const line = form.elements.key;
    const said = form.querySelector('.vm-key-said');
    const button = form.querySelector('.vm-key-make');
    const KIND = 'ssh-ed25519';

    function bytes(text) {
        return new TextEncoder().encode(text);
    }

    function joined(parts) {
        return new Uint8Array([].concat(...parts.map((part) => Array.from(part))));
    }

    function number(value) {
        return new Uint8Array([value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255]);
    }

    /** As SSH writes texts: the length, then what it is. */
    function text(of) {
        return joined([number(of.length), of]);
    }

    function base64(of) {
        return btoa(String.fromCharCode(...of));
    }

    function unbase64url(of) {
        const plain = atob(of.replace(/-/g, '+').replace(/_/g, '/'));
        return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
    }

    /** OpenSSH's own format, without a passphrase (PROTOCOL.key). */
    function openssh(publicKey, seed, comment) {
        const check = crypto.getRandomValues(new Uint8Array(4));
        const secret = [check, check, text(bytes(KIND)), text(publicKey), text(joined([seed, publicKey])), text(bytes(comment))];
        const length = joined(secret).length;
        const padding = Array.from({length: (8 - length % 8) % 8}, (none, index) => index + 1);
        const blob = text(joined([text(bytes(KIND)), text(publicKey)]));
        const whole = joined([bytes('openssh-key-v1\0'), text(bytes('none')), text(bytes('none')), text(new Uint8Array()),
            number(1), blob, text(joined(secret.concat([padding])))]);
        return '-----BEGIN OPENSSH PRIVATE KEY-----\n' + base64(whole).replace(/.{1,70}/g, '$&\n')
            + '-----END OPENSSH PRIVATE KEY-----\n';
    }

    function save(name, content) {
        const link = document.createElement('a');
        link.href = URL.createObjectURL(new Blob([content], {type: 'application/octet-stream'}));
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }

    function say(what) {
        said.textContent = what;
        said.hidden = false;
    }

    async function make() {
        button.setAttribute('aria-busy', 'true');
        try {
            const pair = await crypto.subtle.generateKey({name: 'Ed25519'}, true, ['sign', 'verify']);
            const jwk = await crypto.subtle.exportKey('jwk', pair.privateKey);
            const publicKey = unbase64url(jwk.x);
            const comment = form.elements.label.value.trim().replace(/\s+/g, '-') || 'browser-' + new Date().toISOString().slice(0, 10);
            form.elements.label.value = form.elements.label.value || comment;
            line.value = KIND + ' ' + base64(joined([text(bytes(KIND)), text(publicKey)])) + ' ' + comment;
            look();
            save('id_ed25519', openssh(publicKey, unbase64url(jwk.d), comment));
            say(form.dataset.made);
            form.querySelector('[type=submit]').focus();
        } catch (unknown) {
            // An older browser knows no Ed25519.
            say(form.dataset.notMade);
        }
        button.removeAttribute('aria-busy');
    }

    function look() {
        const isPrivate = /PRIVATE KEY|PuTTY-User-Key-File|b3BlbnNzaC1rZXktdjE/.test(line.value);
        line.setCustomValidity(isPrivate ? form.dataset.private : '');
        if (isPrivate) {
            line.reportValidity();
        }
    }

    line.addEventListener('input', look);
    button.addEventListener('click', make);
    form.addEventListener('reset', () => {
        said.hidden = true;
    });
    // Only a page that came by HTTPS has what makes keys.
    button.hidden = !(window.crypto && crypto.subtle);
}());
