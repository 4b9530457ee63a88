<?php

declare(strict_types=1);

namespace WHMCS\Database;

use Illuminate\Database\Capsule\Manager;

/** WHMCS's way to its database. */
class Capsule extends Manager
{
}
