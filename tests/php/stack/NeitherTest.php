<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\Source;
use Tests\Support\Stack;
use Tests\Support\StackTestCase;
use WHMCS\Database\Capsule;

/** A host where FFI is neither allowed nor preloaded: everything says what to do, and nothing is done. */
final class NeitherTest extends StackTestCase
{
    private const LINE = 'php_admin_value[ffi.enable] = true';

    /** These ask nothing of the library. */
    private const WITHOUT_LIBRARY = ['MetaData', 'ConfigOptions', 'AdminCustomButtonArray', 'Renew'];

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->start(new Stack([]));
        $this->service = $this->order();
    }

    public function testEveryFunctionNamesTheLineThatIsMissingAndChangesNothing(): void
    {
        $before = $this->rows();
        $visitor = $this->stack->session('');
        $named = 0;
        foreach (self::functions() as $function) {
            $body = $visitor->get("/front.php?do=call&id=$this->service&button=$function");
            $answer = json_decode($body, true);
            self::assertIsArray($answer, "$function: $body");
            self::assertSame('', $answer['output'], $function);
            $text = html_entity_decode(json_encode($answer['result'], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE));
            if (str_starts_with($function, 'Client')) {
                // A client reads nothing of the hoster's set-up.
                self::assertStringNotContainsString('ffi', $text, $function);
            } elseif (!in_array($function, self::WITHOUT_LIBRARY, true) && is_string($answer['result'])) {
                self::assertStringContainsString(self::LINE, $text, $function);
                $named++;
            }
        }
        self::assertGreaterThan(20, $named);
        self::assertEquals($before, $this->rows());
        self::assertSame([], $this->simulator->control('requests'));
        self::assertFileDoesNotExist($this->stack->whmcs->store);
    }

    public function testNoPageIsBlank(): void
    {
        Capsule::table('tblhosting')->update(['domainstatus' => 'Active']);
        $admin = $this->stack->session('admin=1');
        $page = "/admin/clientsservices.php?id=$this->service";
        self::assertStringContainsString(self::LINE, $admin->get($page));
        self::assertStringContainsString(self::LINE, $admin->post($page, ['modop' => 'create']));
        self::assertStringContainsString(self::LINE, $admin->post($page, ['proxmoxkvm_attach' => '777']));
        self::assertStringContainsString(
            self::LINE,
            $admin->post('/admin/configservers.php?id=1', ['hostname' => 'pve1', 'ipaddress' => '', 'username' => 'a',
                'password' => 'a-password', 'accesshash' => '', 'port' => ''])
        );
        $addon = $admin->get('/admin/addonmodules.php?module=proxmoxkvm');
        self::assertStringContainsString(self::LINE, $addon);
        $product = $admin->get('/admin/configproducts.php?id=1');
        self::assertSame(24, substr_count($product, 'data-option='));
        $simple = $admin->get('/admin/configproducts.php?id=1&simple=1');
        self::assertGreaterThan(10, substr_count($simple, 'data-option='));

        $client = $this->stack->session('client=1')->get("/clientarea.php?id=$this->service");
        self::assertStringContainsString('data-vm="label"', $client);
        self::assertStringContainsString('cannot be shown at this moment', $client);
        foreach ([$addon, $product, $simple, $client] as $html) {
            self::assertStringNotContainsString('Fatal error', $html);
        }
    }

    /** @return array<string, mixed> what WHMCS has of orders, servers and products */
    private function rows(): array
    {
        $rows = [];
        foreach (['tblhosting', 'tblservers', 'tblproducts', 'tblemails', 'tblcustomfieldsvalues'] as $table) {
            $rows[$table] = Capsule::table($table)->get()->all();
        }

        return $rows;
    }

    /** @return list<string> */
    private static function functions(): array
    {
        preg_match_all('/^function proxmoxkvm_(?!Load)(\w+)/m', Source::text('servers'), $found);

        return $found[1];
    }
}
