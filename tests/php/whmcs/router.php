<?php

/** For PHP's own web server, whose root holds the modules: their scripts and styles are files, all else is the client area. */

declare(strict_types=1);

if (preg_match('#^/modules/[\w/]+\.(?:js|css)(?:\?|$)#', $_SERVER['REQUEST_URI']) === 1) {
    return false;
}

require __DIR__ . '/clientarea.php';
