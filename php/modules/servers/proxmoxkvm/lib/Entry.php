<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;

/**
 * Behind every function of the module: asks the core and gives WHMCS what it expects.
 *
 * Nothing is thrown from here. A text for WHMCS is one sentence, escaped, without secrets.
 */
final class Entry
{
    /**
     * An operation on a service.
     *
     * @param array<string, mixed> $params
     * @param array<string, mixed> $more added to the request
     * @return string 'success', or why not
     */
    public static function verb(string $verb, array $params, array $more = []): string
    {
        // The page may be closed while the core works: its results still have to reach WHMCS.
        ignore_user_abort(true);
        $request = [];
        try {
            $whmcs = new Params($params);
            $request = $whmcs->order(self::actor()) + $more
                + ['terminated' => Services::terminated([$whmcs->serverId()])];
            $reply = Native::call($verb, $request);
            Log::call($verb, $request, $reply, Secrets::of($request));
            WriteBack::all($reply['write_backs'] ?? [], $whmcs->model());

            return 'success';
        } catch (Throwable $error) {
            return self::failed($verb, $request, $error);
        }
    }

    /**
     * Forces one step of the pipeline.
     *
     * @param array<string, mixed> $params
     */
    public static function step(string $step, array $params): string
    {
        return self::verb('run_step', $params, ['step' => $step]);
    }

    /**
     * @param array<string, mixed> $params
     * @return array{success: bool, error: string}
     */
    public static function testConnection(array $params): array
    {
        $request = [];
        try {
            $request = ['server' => (new Params($params))->server()];
            $reply = Native::call('test_connection', $request);
            Log::call('test_connection', $request, $reply, Secrets::of($request));

            return ConnectionTest::result($reply);
        } catch (Throwable $error) {
            return ['success' => false, 'error' => self::failed('test_connection', $request, $error)];
        }
    }

    /**
     * @param array<string, mixed> $params
     * @return array<string, string>
     */
    public static function adminTab(array $params): array
    {
        $request = [];
        try {
            $request = ['service' => (new Params($params))->serviceId()];

            return AdminTab::fields(Native::call('show', $request));
        } catch (Throwable $error) {
            return [Lang::text('tab_status') => self::sentence($error, $request)];
        }
    }

    /** @param array<string, mixed> $request */
    private static function failed(string $verb, array $request, Throwable $error): string
    {
        Log::call($verb, $request, $error::class . ': ' . $error->getMessage(), Secrets::of($request));

        return self::sentence($error, $request);
    }

    /** @param array<string, mixed> $request */
    private static function sentence(Throwable $error, array $request): string
    {
        $text = $error instanceof CoreError || $error instanceof Unavailable
            ? $error->getMessage()
            : Lang::text('internal', [
                'what' => $error->getMessage(),
                'place' => basename($error->getFile()) . ':' . $error->getLine(),
            ]);

        return Text::html(Secrets::of($request)->mask($text));
    }

    private static function actor(): string
    {
        return match (true) {
            defined('ADMINAREA') => 'admin',
            defined('CLIENTAREA') => 'client',
            default => 'cron',
        };
    }
}
