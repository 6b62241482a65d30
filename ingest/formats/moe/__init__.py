"""Fixed forms of China's vocational education: programme descriptions, occupations, and the tables that join them."""
