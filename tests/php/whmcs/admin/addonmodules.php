<?php

/** The page of the addon module, which prints it itself; activated at the first visit. */

declare(strict_types=1);

require __DIR__ . '/start.php';

use StandIn\AddonPage;
use StandIn\Frame;

echo Frame::admin('Addon', AddonPage::html());
