<?php

declare(strict_types=1);

namespace WHMCS\Authentication;

use WHMCS\Database\Capsule;

/** Who is logged in to the client area. */
class CurrentUser
{
    public function client(): ?object
    {
        return Capsule::table('tblclients')->where('id', $_SESSION['uid'] ?? 0)->first();
    }

    /** A user of one or more accounts of clients. */
    public function user(): ?object
    {
        $id = (int) ($_SESSION['user'] ?? 0);

        return $id > 0 ? (object) ['id' => $id] : null;
    }
}
