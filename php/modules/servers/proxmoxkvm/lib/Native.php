<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use FFI;
use FFI\CData;
use JsonException;
use WHMCS\Module\Server\Proxmoxkvm\Core\Checksum;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Core\FailedOpen;
use WHMCS\Module\Server\Proxmoxkvm\Core\Library;
use WHMCS\Module\Server\Proxmoxkvm\Core\LoadFailure;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Core\Verb;
use WHMCS\Module\Server\Proxmoxkvm\Core\Whereabouts;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * The gate to the Rust core, and the only file of the module that uses FFI.
 *
 * It gives out PHP values only. Where php-fpm keeps `ffi.enable=preload`, preloading this one file is
 * therefore enough: PHP allows FFI to functions of preloaded files, wherever they are called from.
 *
 * Nothing happens at load time. The library is opened at the first call; one core is kept for each
 * store until PHP ends the request, and made anew in a forked child.
 */
final class Native
{
    /** Moves only when an existing function of the library changes. Compared before anything else. */
    public const ABI = 2;

    /** How requests are written: bad UTF-8 from a database must not stop an operation. */
    public const JSON = JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION
        | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;

    private static ?FFI $library = null;

    /** @var array<string, self> open cores by StoreLocation::key() */
    private static array $cores = [];

    /** @var array<string, list<mixed>> what the library knows, by part */
    private static array $catalogue = [];

    private int $owner;

    private function __construct(private FFI $ffi, private CData $core)
    {
        $this->owner = Machine::process();
    }

    public function __destruct()
    {
        if ($this->owner === Machine::process()) {
            $this->ffi->proxmoxkvm_close($this->core);
        }
    }

    /**
     * One call of the core.
     *
     * @param array<string, mixed> $request
     * @return array<string, mixed> the reply
     * @throws Unavailable the library cannot be used in this PHP
     * @throws CoreError the core answered with an error
     */
    public static function call(string $verb, #[\SensitiveParameter] array $request): array
    {
        $core = self::open()->core;
        $asked = Verb::named($verb, self::catalogue('verbs'));
        return self::exchange($verb, $asked->named + $request, static fn (FFI $ffi, string $json, CData $reply): int =>
            $ffi->{'proxmoxkvm_' . $asked->function}($core, $json, strlen($json), $reply));
    }

    /** Opens the store, whose folder may not be there yet. */
    public static function open(): self
    {
        $store = StoreLocation::kept();
        $key = $store->key();
        $core = self::$cores[$key] ?? null;
        if ($core !== null && $core->owner === Machine::process()) {
            return $core;
        }
        StoreOwner::prepare($store);
        $ffi = self::library();
        $made = $ffi->new('proxmoxkvm_core *');
        $patient = PHP_SAPI === 'cli';
        $request = ['store' => $store->forCore(), 'patient' => $patient] + Whereabouts::part();
        $send = static fn (FFI $ffi, string $json, CData $reply): int =>
            $ffi->proxmoxkvm_open($json, strlen($json), $reply, FFI::addr($made));
        FailedOpen::once($key, static fn (): array => self::exchange('open', $request, $send), $patient);

        return self::$cores[$key] = new self($ffi, $made);
    }

    /**
     * `verbs`, `actions` of a service, `options` of a package, `images` of templates, `statuses`: what the library
     * knows. Opens no store.
     *
     * @return array<mixed> a list, but of `firewall`: words by what they are of
     */
    public static function catalogue(string $part): array
    {
        $send = static fn (FFI $ffi, string $json, CData $reply): int =>
            $ffi->proxmoxkvm_catalogue($json, strlen($json), $reply);
        return self::$catalogue[$part] ??= self::exchange('catalogue', ['of' => [$part]], $send)[$part] ?? [];
    }

    /** One turn of a console of this process: the bytes to be seen, or the number that is there in their place. */
    public static function read(int $console, int $waitMs): string|int
    {
        static $seen = null;
        $seen ??= self::library()->new('char[65536]');
        $read = self::library()->proxmoxkvm_console_read($console, $seen, 65536, $waitMs);
        return $read < 0 ? $read : FFI::string($seen, $read);
    }

    /**
     * One batch of moving a store to another place, with no core open on either.
     *
     * @return array<string, mixed> the reply
     */
    public static function move(StoreLocation $from, StoreLocation $to): array
    {
        StoreOwner::prepare($to);
        $stores = ['from' => $from->forCore(), 'to' => $to->forCore()];

        return self::exchange('move', $stores, static fn (FFI $ffi, string $json, CData $reply): int =>
            $ffi->proxmoxkvm_move($json, strlen($json), $reply));
    }

    /** Version of the library; also the cheapest proof that it can be used. */
    public static function version(): string
    {
        return self::library()->proxmoxkvm_version();
    }

    /**
     * @param array<string, mixed> $request
     * @param callable(FFI, string, CData): int $send
     * @return array<string, mixed>
     */
    private static function exchange(string $verb, #[\SensitiveParameter] array $request, callable $send): array
    {
        $ffi = self::library();
        $json = json_encode((object) $request, self::JSON);
        $reply = $ffi->new('char *');
        try {
            $status = $send($ffi, $json, FFI::addr($reply));
            $text = FFI::isNull($reply) ? '' : FFI::string($reply);
        } catch (FFI\Exception $error) {
            throw LoadFailure::function($verb, $error->getMessage());
        } finally {
            $ffi->proxmoxkvm_reply_free($reply);
        }
        try {
            return CoreError::unlessOk($status, json_decode($text, true, 512, JSON_THROW_ON_ERROR));
        } catch (JsonException $error) {
            throw new CoreError('no_json', Lang::text('no_json', ['verb' => $verb, 'why' => $error->getMessage()]));
        }
    }

    private static function library(): FFI
    {
        if (self::$library !== null) {
            return self::$library;
        }
        $files = Library::locate();
        Checksum::mustBeRight($files);
        try {
            $gate = FFI::cdef('uint32_t proxmoxkvm_abi_version(void);', $files->library);
            $abi = $gate->proxmoxkvm_abi_version();
        } catch (FFI\Exception $error) {
            throw LoadFailure::library($files->library, $error->getMessage(), self::linkerError($files->library));
        }
        if ($abi !== self::ABI) {
            throw LoadFailure::abi($abi, self::ABI);
        }
        try {
            return self::$library = FFI::cdef($files->header(), $files->library);
        } catch (FFI\Exception $error) {
            throw LoadFailure::header($files->header, $error->getMessage());
        }
    }

    /** What the dynamic linker says about a file: PHP keeps that text to itself. */
    private static function linkerError(string $library): string
    {
        try {
            $linker = FFI::cdef('void *dlopen(const char *file, int mode); char *dlerror(void);');
            return $linker->dlopen($library, 1) === null ? FFI::string($linker->dlerror()) : '';
        } catch (FFI\Exception) {
            return '';
        }
    }
}
