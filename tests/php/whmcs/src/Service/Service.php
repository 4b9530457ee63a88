<?php

declare(strict_types=1);

namespace WHMCS\Service;

use Illuminate\Database\Eloquent\Model;

/** WHMCS's model of a service, as far as a module uses it. */
class Service extends Model
{
    public $timestamps = false;
    protected $table = 'tblhosting';
    protected $guarded = [];

    public function getServicePropertiesAttribute(): Properties
    {
        return new Properties($this);
    }

    public function getDomainStatusAttribute(): string
    {
        return (string) $this->attributes['domainstatus'];
    }
}
