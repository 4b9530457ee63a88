<?php

declare(strict_types=1);

namespace Tests\Support;

/** What the core says of a problem beside the sentence, read from its table. */
final class ProblemTable
{
    private const FILE = __DIR__ . '/../../../src/words/problems.rs';
    private const ROW = '/^ +[A-Z_]+ +"(\w+)"\s+\w+ +(retry|final) +"(\w+)" +(?:"(\w+)"|-)$/m';

    /** @var array<string, array{advice: string, page: string, client: string|null}>|null */
    private static ?array $rows = null;

    /** @return array<string, array{advice: string, page: string, client: string|null}> by code */
    public static function rows(): array
    {
        if (self::$rows !== null) {
            return self::$rows;
        }
        $rows = [];
        $table = (string) file_get_contents(self::FILE);
        preg_match_all(self::ROW, $table, $found, PREG_SET_ORDER | PREG_UNMATCHED_AS_NULL);
        foreach ($found as [, $code, , $advice, $client]) {
            $rows[$code] = ['advice' => $advice, 'page' => "docs/problems.md#$code", 'client' => $client];
        }

        return self::$rows = $rows;
    }

    /**
     * A reply with what the core says beside each code in it.
     *
     * @param array<array-key, mixed> $reply
     * @return array<array-key, mixed>
     */
    public static function complete(array $reply): array
    {
        $parts = array_map(static fn (mixed $part): mixed => is_array($part) ? self::complete($part) : $part, $reply);

        return $parts + (self::rows()[(string) ($reply['code'] ?? '')] ?? []);
    }
}
