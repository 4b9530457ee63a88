<?php

/**
 * For PHP's own web server, whose root holds the modules: their scripts, styles and pictures are files, and Debian's
 * Bootstrap; all else is the client area.
 */

declare(strict_types=1);

if (preg_match('#^/modules/[\w/]+\.(?:js|css|svg)(?:\?|$)#', $_SERVER['REQUEST_URI']) === 1) {
    return false;
}

if (preg_match('#^/javascript(/bootstrap4?/css/[\w.]+\.css)$#D', $_SERVER['REQUEST_URI'], $found) === 1) {
    header('Content-Type: text/css');
    header('Cache-Control: max-age=3600');
    readfile('/usr/share/javascript' . $found[1]);

    return true;
}

require __DIR__ . '/clientarea.php';
